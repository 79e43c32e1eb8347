"""The kernels' fast CPU path: loops over contiguous uint8 numpy arrays that numba compiles, one specialisation each.

They allocate nothing they return, hold no GIL, use one thread, and agree with the torch references within one code value.
"""
