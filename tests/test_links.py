"""Links, hosts and paths in what a model writes."""

import pytest

from assistant.phrasing.links import holds_link


@pytest.mark.parametrize(
    "text",
    [
        "Log in at evil.xyz.",
        "See bit.ly/3abc.",
        "See t.me/spy.",
        "It is at login-evil.co.uk now.",
        "See quoth.app/x.",
        "EVIL.XYZ",
        "See evil\u200b.xyz.",
        "See evil．xyz.",
        "See localhost:8000.",
        "See 192.168.0.1.",
        "Читайте пример.рф.",
        "Open /login now.",
        "Open a/b/c now.",
        "Open users/settings now.",
    ],
)
def test_whatever_looks_like_an_address_is_one(text: str) -> None:
    assert holds_link(text, "The bridge is old.")


@pytest.mark.parametrize(
    "text",
    [
        "It opens at 5 p.m. and is 1.5 km long.",
        "The U.S. and/or others, e.g. the U.K., i.e. two.",
        "On 26/03/2024 at 6:30.",
        "At 80 km/h, he/she or er/sie.",
        "On 26.03.2024, 24/7, in 2023/24.",
        "A ratio of 3:10.",
        "Das ist z.B. so, d.h. u.a. gut.",
        "It is in report.pdf.",
        "Of the Lorne/Skye ferry.",
    ],
)
def test_dots_and_strokes_make_no_address(text: str) -> None:
    assert not holds_link(text, "The Lorne and Skye ferries are in report.pdf.")


def test_another_address_is_one_though_the_quote_holds_its_letters() -> None:
    assert holds_link("See evil.com for it.", "See notevil.com for it.")
    assert holds_link("See example.co for it.", "See example.com for it.")
    assert not holds_link("See example.com for it.", "See example.com for it.")
