"""A list compared on a telephone, without JavaScript: read in place, and taken away as a file."""

from tests.browser.conftest import assert_quiet


def test_a_list_pasted_on_a_telephone_is_compared_and_taken_away(open_tab):
    page = open_tab(width=390, height=844, java_script_enabled=False)
    page.goto("/comparer?nombre=57")
    page.locator("#liste").fill("Chaumont (52)\nTroyes : ouvert\nLe Havre\nChaumon\n" + "x" * 90)
    page.get_by_role("button", name="Comparer cette liste").click()
    lines = page.locator("section[role=status] li")
    said = [text.replace("\u00a0", " ") for text in lines.all_inner_texts()]
    assert any("« Le Havre »" in text and "Dites-le-nous" in text for text in said)
    assert any("Vouliez-vous dire Chaumont (52121)" in text for text in said)
    assert page.locator("#liste").input_value().startswith("Chaumont (52)\nTroyes : ouvert\n")
    box = page.locator("main").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    widest = page.locator("section[role=status] li").first.bounding_box()
    assert widest["x"] + widest["width"] <= 390
    with page.expect_download() as started:
        page.get_by_role("link", name="Télécharger la comparaison").click()
    file = started.value
    assert file.suggested_filename.startswith("acdt_comparaison_au-")
    assert "Troyes" in file.path().read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Dites-le-nous").first.click()
    assert page.locator("#ville").input_value().startswith("Le Havre")
    assert_quiet(page)
