"""No English is left in what the command line says, nor in what the pages replace."""

import argparse
import re
import shlex

import pytest

from territoires import __main__ as program
from territoires.french import web
from tests.saying import english


def commands():
    """Give the words of every command, those that only lead to others included."""

    def under(parser, words):
        yield words
        for action in parser._actions:  # noqa: SLF001 - argparse has no other way in
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                for name, made in action.choices.items():
                    yield from under(made, [*words, name])

    return list(under(program._parser(), []))  # noqa: SLF001


NAMES = re.compile(
    r"(?<![\w-])(" + "|".join({name for words in commands() for name in words}) + r")(?![\w-])"
)
WRONG = ["", "--bogus", "bogus", "bogus bogus bogus", "--json=1", "--as-of", "--region", "--role x"]


def said(capsys, arguments):
    with pytest.raises(SystemExit):
        program.main(arguments)
    out = capsys.readouterr()
    return out.out + out.err


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_the_help_of_a_command_is_in_french(capsys, words):
    text = said(capsys, [*words, "--help"])
    assert not english(NAMES.sub("", text)), text
    assert "utilisation\u00a0: python -m territoires" in text
    assert "options\u00a0:" in text


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_wrong_arguments_are_told_in_french(capsys, words):
    for wrong in WRONG:
        try:
            program._parser().parse_args([*words, *shlex.split(wrong)])  # noqa: SLF001
        except SystemExit:
            out = capsys.readouterr()
            told = out.out + out.err
            assert not english(NAMES.sub("", told)), told


def test_what_replaces_english_is_french():
    for text in web.WORDS.values():
        assert not english(text), text
    for _, text in web.PATTERNS:
        assert not english(text), text


def test_the_list_of_english_words_sees_what_was_found():
    for text in (
        "4 more",
        "usage: python",
        "positional arguments:",
        "Press Enter to apply",
        "Selected Date: November 29, 2026",
        "200MB per file",
        "Choose an option",
    ):
        assert english(text), text
