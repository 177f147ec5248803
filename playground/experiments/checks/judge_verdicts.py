"""What a judge's words mean."""

import re
from collections.abc import Sequence

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import Asked, CheckResult, told_result, untold
from playground.experiments.checks.judging import VERDICTS_OF_PAIRS, JudgeCheck, PairwiseCheck
from playground.experiments.checks.meaning import SimilarMeaning
from playground.experiments.checks.seen import Told, UntoldError
from playground.text.cleaning import line

_VERDICT = re.compile(r"^[\W_]*verdict[\W_]*:[\W_]*(.*)$", re.IGNORECASE)
_AROUND = " \t*_`\"'“”‘’.,;:!()[]{}<>#-"
_LAST_LINES = 20


def judged(number: int, check: Asked, answers: Sequence[AnswerRecord]) -> CheckResult:
    """The result of a check from what its judge answered: one answer, or that of each order of a pair."""
    try:
        for answer in answers:
            if answer.state != "done":
                who = "the model of embeddings" if isinstance(check, SimilarMeaning) else "the judge"
                why = "was stopped" if answer.error is None else f"did not answer: {answer.error.message}"
                raise UntoldError(f"{who} {why}")
        if isinstance(check, PairwiseCheck):
            return told_result(number, check, _of_pair([answer.text for answer in answers]))
        (answer,) = answers
        if isinstance(check, SimilarMeaning):
            return told_result(number, check, check.told(answer.text))
        return told_result(number, check, _of_one(check, answer.text))
    except UntoldError as error:
        return untold(number, check, line(str(error)))


def _of_one(check: JudgeCheck, text: str) -> Told:
    score = {choice.choice: choice.score for choice in check.choices}
    word = verdict_in(text, tuple(score))
    return Told(score[word] >= check.threshold, score[word], _reason(word, text))


def _of_pair(texts: Sequence[str]) -> Told:
    """A verdict of each order: in the first the answer is A, in the second B."""
    first, second = (verdict_in(text, VERDICTS_OF_PAIRS) for text in texts)
    wins = (first == "A") + (second == "B")
    losses = (first == "B") + (second == "A")
    if wins and losses:
        return Told(True, 0.5, "the judge prefers whichever stands in the same place")
    score = 0.5 + (wins - losses) / 4
    words = {2: "better in both orders", 1: "better in one order", 0: "a tie"}
    said = words[wins] if wins or not losses else f"worse in {'both orders' if losses == 2 else 'one order'}"
    return Told(losses < 2, score, _reason(said, texts[0]))


def verdict_in(text: str, words: Sequence[str]) -> str:
    """The word that a judge chose. Raises UntoldError where it cannot be told which.

    What stands after `Verdict:` in the last line that has it counts, else a last line that is one of the words.
    """
    known = {word.strip(_AROUND).casefold(): word for word in words}
    lines = [one for one in text.splitlines() if one.strip(_AROUND)]
    for one in reversed(lines[-_LAST_LINES:]):
        if found := _VERDICT.match(one[:500]):
            said = found[1].strip(_AROUND).casefold()
            if said in known:
                return known[said]
            first = next((known[word] for word in known if re.match(rf"{re.escape(word)}\b", said)), None)
            others = [word for word in known if re.search(rf"\b{re.escape(word)}\b", said)]
            if first is not None and len(others) == 1:
                return first
            break
    else:
        if lines and (said := lines[-1].strip(_AROUND).casefold()) in known:
            return known[said]
    shown = line(lines[-1], 100) if lines else "nothing"
    raise UntoldError(f"the judge chose none of {', '.join(words)}: {shown}")


def _reason(verdict: str, text: str) -> str:
    """The verdict with the reasons before it."""
    before = " ".join(one for one in text.splitlines() if not _VERDICT.match(one[:500]) and one.strip())
    return line(
        f"{verdict}: {before}" if before and before.strip(_AROUND).casefold() != verdict.casefold() else verdict
    )
