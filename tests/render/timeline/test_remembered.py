from render.timeline.document import Mark
from render.timeline.remembered import remembered


def test_a_result_is_made_once_for_each_object_while_it_lives():
    made = []

    @remembered
    def place(mark):
        made.append(mark.at)
        return mark.at

    first, equal = Mark(id="m", at=1), Mark(id="m", at=1)
    assert [place(first), place(first), place(equal)] == [1, 1, 1]
    assert made == [1, 1]
    del first
    assert place(equal) == 1
    assert [place(Mark(id="m", at=at)) for at in range(20)] == list(range(20))
