"""Pages of the web are read without what surrounds their article."""

from tests.loading import FERRY, load

PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry | Harbour News</title>
<meta property="og:title" content="The night ferry returns">
<meta property="article:published_time" content="2024-03-09T08:00:00Z">
<script>track("visitor");</script></head><body>
<div class="cookie-banner"><p>We use cookies to improve your experience.</p><button>Accept all</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/weather">Weather</a></li></ul></nav></header>
<main><article><h1>The night ferry returns</h1>
<p>After eleven years {FERRY[0].lower()}{FERRY[1:]} The <a href="/l">Linnea</a> carried 212 passengers on her first night.</p>
<h2>Tickets</h2><p>A single ticket costs 14 crowns, and children under six travel free of charge.</p>
<table><tr><th>Route</th><th>Price</th></tr><tr><td>North quay</td><td>4.20</td></tr>
<tr><td>Lighthouse</td><td>6.50</td></tr></table>
<ul><li>Bicycles travel on the lower deck.</li><li>Dogs need a lead.</li></ul>
<ol><li>Buy a ticket.</li>
<li><p>Wait on the quay.</p><p>Not on the stairs.</p></li><li>Walk aboard.<ul><li>With care.</li></ul></li></ol>
<div class="newsletter-box"><h3>Subscribe to our newsletter</h3><p>The best stories in your inbox.</p><input type="email"></div>
<p>The company plans a second ship for the summer, provided that the council agrees to widen the quay.</p>
</article><aside><h3>Related stories</h3><a href="/f">Fish market moves</a></aside></main>
<footer><p>Copyright 2021 Harbour News. Privacy policy.</p></footer></body></html>"""


def test_a_pages_title_names_whose_page_it_is() -> None:
    page = PAGE.replace("Ferry | Harbour News", "The night ferry returns – Harbour News")
    assert load("ferry.html", page).title == "The night ferry returns – Harbour News"


def test_page() -> None:
    document = load("ferry.html", PAGE)
    assert (document.title, document.date, document.language) == ("The night ferry returns", "2024-03-09", "en")
    for wanted in (
        "leaves the north quay at a quarter past ten. The Linnea carried 212 passengers",
        "\n\nTickets\n\n",
        "Route: North quay; Price: 4.20\nRoute: Lighthouse; Price: 6.50",
        "- Bicycles travel on the lower deck.\n- Dogs need a lead.",
        "1. Buy a ticket.\n2. Wait on the quay.\n\nNot on the stairs.\n\n3. Walk aboard.\n  - With care.",
        "The company plans a second ship",
    ):
        assert wanted in document.text
    for furniture in ("cookies", "Weather", "newsletter", "inbox", "Related", "Fish market", "Copyright", "track"):
        assert furniture not in document.text


def test_short_page_is_read_without_its_menu() -> None:
    page = (
        "<html><head><title>Hours</title></head><body><nav><a href='/'>Home</a></nav><h1>Opening hours</h1>"
        "<dl><dt>Monday</dt><dd>9 to 17</dd></dl><p>Quay 1<br>Northport</p><footer>Copyright 2020</footer></body></html>"
    )
    document = load("hours.htm", page)
    assert document.text == "Opening hours\n\nMonday: 9 to 17\n\nQuay 1\nNorthport"
    assert document.date == ""


def test_page_without_an_end_to_its_tags() -> None:
    assert load("deep.html", "<span>" * 2000 + FERRY).text == FERRY
