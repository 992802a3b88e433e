import pytest

from jingzhun.methods.pinyin import initials, pinyin


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("永寿县", "yongshouxian", "ysx"),
        ("监军街道", "jianjunjiedao", "jjjd"),
        ("Qidong 启东", "qidongqidong", "qidongqd"),
    ],
)
def test_names_of_areas_are_found_by_pinyin(name, full, short):
    assert (pinyin(name), initials(name)) == (full, short)


def test_a_surname_takes_its_own_reading():
    assert pinyin("单小平", person=True) == "shanxiaoping"
    assert initials("查良", person=True) == "zl"


def test_a_name_without_characters_has_no_pinyin():
    assert (pinyin(""), initials("  ")) == ("", "")
