"""The alpha of what a trimap leaves in doubt, in closed form (A. Levin, D. Lischinski, Y. Weiss, IEEE PAMI 30(2), 2008).

What is in doubt is a band along an outline: numbered along it, each pixel's equation knows only pixels of nearby numbers, so the equations
are factorised as they are (A. George, J. Liu, Computer Solution of Large Sparse Positive Definite Systems, 1981, chapter 4), within the
envelope of their matrix. Where so much is in doubt that the envelope would be large they are solved step by step instead.
"""

from typing import Final

import numpy as np
from pymatting import cg, ichol
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import reverse_cuthill_mckee

from render.avatar.matting_kernels import REACH, Doubles, Longs, envelope, equations, solve

EPSILON: Final = 1e-6
_ENVELOPE_MAX: Final = 8_000_000
"""Numbers of 8 bytes, about five times what a person takes."""


def solved(picture: Doubles, trimap: Doubles) -> Doubles:
    """(h, w), 0 to 1: a trimap (h, w) of 0, 1 and what is in doubt between, solved for a picture (h, w, 3), R'G'B' 0 to 1.

    A trimap without both sides, or without doubt, is already an answer.
    """
    doubt = (trimap > 0) & (trimap < 1)
    if not (doubt.any() and (trimap == 0).any() and (trimap == 1).any()):
        return trimap
    places = np.where(doubt, np.cumsum(doubt).reshape(doubt.shape) - 1, -1)
    matrix, right = _system(picture, places, trimap)
    alpha = trimap.copy()
    alpha[doubt] = np.clip(_answer(matrix, right), 0, 1)
    return alpha


def _system(picture: Doubles, places: Longs, trimap: Doubles) -> tuple[csr_matrix, Doubles]:
    """The equations of the pixels in doubt, by their numbers."""
    count = int(places.max()) + 1
    weights, right = np.empty((count, (2 * REACH + 1) ** 2)), np.empty(count)
    equations(picture, places, trimap, EPSILON, weights, right)
    wide = np.pad(places, REACH, constant_values=-1)
    windows = np.lib.stride_tricks.sliding_window_view(wide, (2 * REACH + 1,) * 2)
    around = windows[places >= 0].reshape(weights.shape)
    kept = around >= 0
    starts = np.concatenate(([0], np.cumsum(kept.sum(1))))
    return csr_matrix((weights[kept], around[kept], starts), (count, count)), right


def _answer(matrix: csr_matrix, right: Doubles) -> Doubles:
    order = reverse_cuthill_mckee(matrix, symmetric_mode=True).astype(np.int64)
    starts, columns = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
    firsts, begins = envelope(starts, columns, order)
    if begins[-1] > _ENVELOPE_MAX:
        found: Doubles = cg(matrix, right, M=ichol(matrix))
        return found
    answer = np.empty(len(right))
    solve((starts, columns, matrix.data), order, (firsts, begins), right, answer)
    return answer
