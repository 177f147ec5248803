"""What a plan still lacks, in the words of its page: where that stands, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from playground.text.cleaning import line

PlanPlace = tuple[str | int, ...]
"""Where something stands in a plan, as its file has it: names of fields and numbers from 0."""
_SECTIONS: Mapping[str, str] = {
    "title": "Title",
    "dataset": "Rows",
    "variants": "Prompts",
    "models": "Models",
    "axes": "Settings",
    "checks": "Checks",
    "judge": "Judge",
    "limits": "Limit on the cost",
    "repetitions": "Repetitions",
    "early_stop": "Ending early",
}
_ITEMS: Mapping[str, str] = {"variants": "Prompt", "models": "Model", "checks": "Check", "rows": "Row"}
_LACKING: Mapping[str, str] = {
    "title": "Write what is tried.",
    "dataset": "Write a row, or upload a file with rows.",
    "variants": "Add a prompt.",
    "models": "Choose a model.",
}
_EMPTY_TYPES = ("missing", "too_short", "string_too_short")
_BY_TYPE: Mapping[str, str] = {
    "no_judge": "Choose the model that judges.",
    "no_opponent": "Write the name of the prompt that answers are compared with.",
    "looks_with_repetitions": "Set repetitions to 1, or switch ending early off.",
}
_AMOUNT = "Write an amount in USD, as 0.50, or nothing for no limit."


@dataclass(frozen=True, slots=True)
class PlanMistake:
    """One thing to be mended: its place, what the page calls that, and what to do."""

    place: PlanPlace
    where: str
    what: str

    def __str__(self) -> str:
        """`Prompt 2: Write the prompt.`"""
        return f"{self.where}: {self.what}"


def plan_mistakes(error: ValidationError) -> tuple[PlanMistake, ...]:
    """The mistakes that a definition was refused for, in its order."""
    found = [_mistake(one) for one in error.errors(include_url=False, include_input=False)]
    # A list of which an item is wrong is too short as well: it is the item that is to be mended.
    told = [
        one
        for one in found
        if not (one.place and one.what == _LACKING.get(str(one.place[0]), "") and _deeper(one, found))
    ]
    return tuple(dict.fromkeys(told))


def _deeper(mistake: PlanMistake, found: Sequence[PlanMistake]) -> bool:
    return any(len(one.place) > len(mistake.place) for one in mistakes_below(found, *mistake.place))


def mistakes_below(mistakes: Sequence[PlanMistake], *place: str | int) -> list[PlanMistake]:
    """Those at a place of a plan or below it."""
    return [one for one in mistakes if one.place[: len(place)] == place]


def _mistake(error: Mapping[str, Any]) -> PlanMistake:
    place = _place(error)
    return PlanMistake(place, _where(place), _what(place, str(error["type"]), str(error["msg"])))


def _place(error: Mapping[str, Any]) -> PlanPlace:
    """Where a mistake stands on the page; what a file calls a kind of check is no step on the way."""
    if error["type"] == "no_judge":
        return ("judge",)
    if error["type"] == "no_opponent":
        number = error.get("ctx", {}).get("number")
        return ("checks", "against") if number is None else ("checks", number, "against")
    if error["type"] == "looks_with_repetitions":
        return ("early_stop",)
    place: PlanPlace = tuple(error["loc"])
    at = next((at for at, step in enumerate(place) if step == "checks"), None)
    return place if at is None else (*place[: at + 2], *place[at + 3 :])


def _where(place: PlanPlace) -> str:
    """What the page calls a place: `Row 4, check 1`."""
    told: list[str] = []
    for before, step in zip(("", *place), place, strict=False):
        if isinstance(step, int) and before in _ITEMS:
            told.append(f"{_ITEMS[str(before)]} {step + 1}")
    if not told and place[:1] == ("axes",) and len(place) > 1:
        told.append(f"Setting {line(str(place[1]), 60)}")
    if not told:
        told.append(_SECTIONS.get(str(place[0]), line(str(place[0]).replace("_", " "), 60)) if place else "The plan")
    return ", ".join([told[0], *(part.lower() for part in told[1:])])


def _what(place: PlanPlace, kind: str, message: str) -> str:
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    field = str(place[-1]).replace("_", " ") if place and isinstance(place[-1], str) else ""
    if place[:2] == ("limits", "max_cost"):
        return _AMOUNT
    if len(place) <= 1 and place and place[0] in _LACKING and (kind in _EMPTY_TYPES or place == ("dataset",)):
        return _LACKING[str(place[0])]
    if place[:1] == ("variants",) and len(place) == 2 and kind == "value_error" and "either" in message:
        return "Write the prompt."
    if kind in _EMPTY_TYPES:
        return f"Fill in the {line(field, 60)}." if field else "There is none."
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return "There is no such check: remove it, or edit it as YAML."
    said = line(message.removeprefix("Value error, "), 300).replace("two variants", "two prompts")
    said = said[:1].upper() + said[1:]
    at_field = field and len(place) > 2 and place[0] in ("variants", "checks")
    return f"{field.capitalize()}: {said[:1].lower() + said[1:]}" if at_field and field not in said.lower() else said
