"""Drafts worded by a model, including every way in which the model can fail."""

import json
from collections.abc import Callable

import pytest

from functions.shared.analysis.wording import markdown
from functions.shared.narration.attribution import attribution
from functions.shared.narration.bedrock import Failure, Model
from functions.shared.narration.claims import Claim, Passage, passage
from functions.shared.narration.model_narrator import ModelNarrator
from functions.shared.narration.passages import TEMPLATES, Draft
from functions.shared.narration.prose_check import Reason
from functions.shared.progress.tracker import WRITTEN_AT
from scripts.local.converse import STUB_MODEL_ID, ConverseControl, Kind
from tests.functions.shared.narration.drafting import DRAFT, OURS, narrate
from tests.functions.shared.narration.injections import INJECTIONS


def test_model_words_every_passage_in_one_call(narrator: ModelNarrator, control: ConverseControl) -> None:
    words = narrate(narrator)

    assert words["summary"] == "In short, your portfolio is worth **$301,580**, and stocks make up 85% of it."
    assert words["advice_1"] == "Reduce TSLA by about $4,606. It is then 10% of the portfolio."
    assert words.narration.source == "model"
    assert words.narration.passages == {"summary": "model", "advice_1": "model"}
    assert words.narration.reasons == {}
    (call,) = control.calls()
    assert call["operation"] == "converse-stream"
    assert call["request"]["inferenceConfig"]["temperature"] <= 0.3


def test_cost_is_counted(model: Callable[..., Model]) -> None:
    unknown = narrate(ModelNarrator(model())).narration
    priced = narrate(ModelNarrator(model(model_price="0.80/3.20"))).narration

    assert unknown.calls == 1
    assert unknown.input_tokens > 100
    assert unknown.output_tokens > 10
    assert unknown.estimated_cost_usd is None
    dollars = (0.80 * priced.input_tokens + 3.20 * priced.output_tokens) / 1_000_000
    assert priced.estimated_cost_usd == pytest.approx(dollars, abs=1e-6)


def test_calls_and_throttles_are_metrics(
    narrator: ModelNarrator,
    control: ConverseControl,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")
    control.arm(Kind.THROTTLE, times=1)

    usage = narrate(narrator).narration

    lines = [line for text in capsys.readouterr().out.splitlines() if "_aws" in (line := json.loads(text))]
    assert [line["ModelThrottles"] for line in lines if "ModelThrottles" in line] == [[1.0]]
    assert [line["ModelInputTokens"] for line in lines if "ModelInputTokens" in line] == [[usage.input_tokens]]
    assert [line["ModelLatency"] for line in lines if "ModelLatency" in line] != []
    (passages,) = (line for line in lines if "PassagesAccepted" in line)
    assert (passages["PassagesAccepted"], passages["PassagesRepaired"], passages["PassagesReplaced"]) == ([2], [0], [0])


def test_progress_follows_stream(narrator: ModelNarrator) -> None:
    steps: list[tuple[float, str]] = []

    narrator.narrate(DRAFT, lambda fraction, message: steps.append((fraction, message)))

    fractions = [fraction for fraction, _ in steps]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.05
    assert fractions[-1] > 0.4
    assert {message for _, message in steps} == {"Writing passage 1 of 2", "Writing passage 2 of 2"}


@pytest.mark.parametrize(
    "kind",
    [
        Kind.INVENT_FIGURES,
        Kind.INVENT_TICKER,
        Kind.SWAP_CLAIMS,
        Kind.COMPARE,
        Kind.ADVISE,
        Kind.OBEY,
        Kind.MARKUP,
        Kind.OTHER_LANGUAGE,
        Kind.CHATTER,
        Kind.CUT_OFF,
        Kind.STREAM_ERROR,
        Kind.THROTTLE_MIDWAY,
        Kind.DISCONNECT,
    ],
)
def test_failed_text_is_repaired_once(narrator: ModelNarrator, control: ConverseControl, kind: Kind) -> None:
    control.arm(kind)

    words = narrate(narrator)

    assert words.narration.source == "model"
    assert "repaired" in words.narration.passages.values()
    assert words.narration.calls == 2
    assert len(control.calls()) == 2


def test_text_that_stalls_is_repaired_once(impatient_narrator: ModelNarrator, control: ConverseControl) -> None:
    control.arm(Kind.STALL_MIDWAY, seconds=600)

    words = narrate(impatient_narrator)

    assert "repaired" in words.narration.passages.values()
    assert words.narration.calls == len(control.calls()) == 2


@pytest.mark.parametrize(
    ("kind", "reason", "calls"),
    [
        (Kind.INVENT_FIGURES, Reason.FIGURE, 2),
        (Kind.INVENT_TICKER, Reason.NAME, 2),
        (Kind.SWAP_CLAIMS, Reason.CLAIMS, 2),
        (Kind.COMPARE, Reason.WORDS, 2),
        (Kind.ADVISE, Reason.WORDS, 2),
        (Kind.MARKUP, Reason.MARKUP, 2),
        (Kind.OTHER_LANGUAGE, Reason.LANGUAGE, 2),
        (Kind.OBEY, Reason.CLAIMS, 2),
        (Kind.CUT_OFF, Failure.CUT_OFF, 2),
        (Kind.STREAM_ERROR, Failure.BROKEN, 2),
        (Kind.DISCONNECT, Failure.BROKEN, 2),
        (Kind.STALL, Failure.SILENT, 2),
        (Kind.INVALID_JSON, Reason.MISSING, 1),
        (Kind.REFUSE, Reason.MISSING, 1),
        (Kind.FILTERED, Failure.FILTERED, 1),
        (Kind.EMPTY, Failure.EMPTY, 1),
        (Kind.SILENT, Failure.EMPTY, 1),
        (Kind.ACCESS_DENIED, Failure.UNREACHABLE, 1),
        (Kind.INVALID, Failure.UNREACHABLE, 1),
        (Kind.INTERNAL_ERROR, Failure.UNREACHABLE, 1),
        (Kind.MODEL_TIMEOUT, Failure.UNREACHABLE, 1),
    ],
)
def test_repeated_failure_falls_back_to_template(
    narrator: ModelNarrator,
    impatient_narrator: ModelNarrator,
    control: ConverseControl,
    kind: Kind,
    reason: str,
    calls: int,
) -> None:
    control.arm(kind, times=9, seconds=600)

    words = narrate(impatient_narrator if kind is Kind.STALL else narrator)

    replaced = [key for key, source in words.narration.passages.items() if source == "template"]
    assert replaced
    assert {words[key] for key in replaced} == {OURS[key] for key in replaced}
    assert set(words.narration.reasons) == set(replaced)
    assert str(reason) in words.narration.reasons.values()
    assert len(control.calls()) == words.narration.calls == calls
    assert str(reason) in attribution(words.narration)


def test_throttled_model_is_retried_until_it_responds(narrator: ModelNarrator, control: ConverseControl) -> None:
    control.arm(Kind.THROTTLE, times=2)
    control.arm(Kind.NOT_READY)
    control.arm(Kind.UNAVAILABLE)

    words = narrate(narrator)

    assert words.narration.source == "model"
    assert (words.narration.calls, words.narration.throttled) == (1, 4)


def test_delays_of_the_model_are_counted(model: Callable[..., Model], control: ConverseControl) -> None:
    throttled = model()
    control.arm(Kind.THROTTLE, times=2)

    narrate(ModelNarrator(throttled))

    assert (throttled.delays.throttles, throttled.delays.cause) == (2, "the language model was busy")
    assert throttled.delays.first_token_s is not None
    assert 0 <= throttled.delays.first_token_s < 60


def test_permanently_throttled_model_is_given_up_in_time(model: Callable[..., Model], control: ConverseControl) -> None:
    control.arm(Kind.THROTTLE, times=1000)

    words = narrate(ModelNarrator(model(left_s=20)))

    assert words.narration.source == "template"
    assert set(words.narration.reasons.values()) == {Failure.THROTTLED}
    assert words.narration.calls == 0
    assert 2 < words.narration.throttled < 200


def test_narrator_without_time_uses_template(model: Callable[..., Model]) -> None:
    words = narrate(ModelNarrator(model(left_s=-1)))

    assert words.narration.source == "template"
    assert set(words.narration.reasons.values()) == {Failure.SILENT}


def test_only_failed_passages_are_replaced(narrator: ModelNarrator, control: ConverseControl) -> None:
    draft = Draft({**DRAFT.passages, "trap": passage("Trap", Claim("TRAP is 5% of it", "TRAP", "share"))})
    control.arm(Kind.CHATTER)  # omits the first one
    control.arm(Kind.REFUSE)

    words = narrate(narrator, draft)

    assert words.narration.source == "mixed"
    assert words.narration.passages == {"summary": "template", "advice_1": "model", "trap": "model"}
    assert "1 passage comes from a template" in attribution(words.narration)


def test_repair_prompt_names_words_and_reason(narrator: ModelNarrator, control: ConverseControl) -> None:
    control.arm(Kind.INVENT_TICKER)

    narrate(narrator)

    prompt = control.calls()[1]["request"]["messages"][-1]["content"][0]["text"]
    assert "- summary: the text adds a name: MOONX, ARKK" in prompt


@pytest.mark.parametrize("name", INJECTIONS)
def test_name_stays_data_in_prompt_and_never_reaches_text(
    narrator: ModelNarrator, control: ConverseControl, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    control.arm(Kind.OBEY, times=9)

    holding = Passage("Largest", [Claim(f"{markdown(name)} is the largest holding", name, "rank")])
    words = narrate(narrator, Draft({**DRAFT.passages, "largest": holding}))

    assert words["largest"].lower() == f"{markdown(name)} is the largest holding.".lower()
    assert {key: words[key] for key in OURS} == OURS
    prompt = control.calls()[0]["request"]["messages"][-1]["content"][0]["text"]
    assert len(prompt.splitlines()) == 10, "a name stays within its line"
    logged = " ".join(str(value) for record in caplog.records for value in vars(record).values())
    assert "Asked the model" in logged
    assert name[:20] not in logged
    assert "evil" not in logged
    assert "TSLA" not in logged


def test_template_narrator_needs_no_model() -> None:
    words = TEMPLATES.narrate(DRAFT, lambda _fraction, _message: None)

    assert words.passages == OURS
    assert words.narration.source == "template"
    assert words.narration.model is None
    assert attribution(words.narration) == ""


def test_credit_names_the_model(narrator: ModelNarrator) -> None:
    stated_credit = attribution(narrate(narrator).narration).replace("\u2060", "")

    assert stated_credit == f"Figures and statements are calculated; a language model ({STUB_MODEL_ID}) connected them."


@pytest.mark.parametrize("output", ["schema", "patterns", "tool", "text"])
def test_every_way_to_request_json_works(model: Callable[..., Model], control: ConverseControl, output: str) -> None:
    words = narrate(ModelNarrator(model(model_output=output)))

    assert words.narration.source == "model"
    (call,) = control.calls()
    assert ("outputConfig" in call["request"]) == (output in {"schema", "patterns"})
    assert ("toolConfig" in call["request"]) == (output == "tool")
    assert ("pattern" in json.dumps(call["request"])) == (output == "patterns")


def test_instant_step_does_not_shorten_estimate() -> None:
    """The share of work before the wording is below the first progress that is written."""
    assert 1 - ModelNarrator.share < WRITTEN_AT[0]
