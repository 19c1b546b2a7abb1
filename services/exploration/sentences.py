"""A story as people read it, and as a test that tells it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import indent
from uuid import UUID

from events.sentences import sentence
from services.casework.stream import State
from services.exploration.broken import Broken, Step
from services.exploration.moments import Moments
from services.exploration.trying import replay
from services.exploration.world import Act, World


def sentences(broken: Broken, moments: Moments, language: str = "zh") -> Iterator[str]:
    """One sentence a step: day, who, what; then what broke."""
    moment = moments.named(broken.moment)
    if moment is not None:
        world = moment.snapshot.again()
        for step in broken.story:
            yield _said(world, step, language)
            replay(world, (step,))
    yield f"{broken.rule} {broken.type}: {broken.says}"


def _said(world: World, step: Step, language: str) -> str:
    if isinstance(step, date):
        return f"{step} …"
    says = sentence(step.event, language, world.pack.label)
    return f"{step.day} {_who(world, step)}：{says}（{_label(world, step.stream)}）"


def _who(world: World, act: Act) -> str:
    posts = world.posts(act.who, act.day)
    return posts[0].post if posts else str(act.who)


def _label(world: World, stream: UUID) -> str:
    state: State | None = world.states.get(stream)
    return state.descriptor.label(state, "zh") if state is not None else str(stream)


def as_test(broken: Broken, name: str) -> str:
    """The source of a test for pytest (beside those in `tests/exploration/`) that fails while the story breaks."""
    lines = [*_steps(broken)]
    body = "\n".join(lines)
    return (
        f"def test_{name}(moments: Moments) -> None:\n"
        f'    """{broken.rule} {broken.type}: {broken.says}"""\n'
        f"    story: list[Step] = [\n{indent(body, '        ')}\n    ]\n"
        f"    moment = moments.named({broken.moment!r})\n"
        "    assert moment is not None\n"
        "    assert told(moment.snapshot.again(), story) == []\n"
    )


def _steps(broken: Broken) -> Iterator[str]:
    for step in broken.story:
        if isinstance(step, date):
            yield f"date({step.year}, {step.month}, {step.day}),"
            continue
        kind = type(step.event).__name__
        payload = step.event.model_dump_json(by_alias=True, exclude_none=True)
        day = f"date({step.day.year}, {step.day.month}, {step.day.day})"
        on = step.effective_on
        since = f", date({on.year}, {on.month}, {on.day})" if on is not None else ""
        yield (
            f"Act({day}, UUID({str(step.who)!r}), UUID({str(step.stream)!r}), "
            f"{kind}.model_validate_json({payload!r}){since}),"
        )
