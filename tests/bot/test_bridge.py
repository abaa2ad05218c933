"""The crossing to asyncio: bounded, in order, shared between equals, ended by a deadline."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from bot.bridge import Bridge, Busy, Closing, Piece, TooLate, onto_loop


def held() -> tuple[Callable[[Piece], str], threading.Event]:
    """Work that waits until it is let go."""
    let_go = threading.Event()

    def work(_: Piece) -> str:
        let_go.wait(20)
        return "done"

    return work, let_go


def quick(_: Piece) -> str:
    """Work that is done at once."""
    return "quick"


def test_what_work_returns_and_raises() -> None:
    """Both come back to who asked."""

    async def story() -> None:
        bridge = Bridge(1, 10, 20)
        assert await bridge.ask("a", quick) == "quick"
        with pytest.raises(KeyError):
            await bridge.ask("b", lambda _: {}["x"])
        assert await bridge.quick(lambda: 7) == 7
        assert await bridge.long(lambda: 8, 1) == 8
        bridge.close()

    asyncio.run(story())


def test_places_and_the_limit_of_the_queue() -> None:
    """Who waits is told how many are in front, as that changes; one too many is refused."""

    async def story() -> None:
        bridge, (work, let_go) = Bridge(1, 2, 20), held()
        places: dict[str, list[int]] = {"b": [], "c": []}
        first = asyncio.create_task(bridge.ask("a", work))
        await asyncio.sleep(0)
        others = [
            asyncio.create_task(bridge.ask(name, quick, place=told.append))
            for name, told in places.items()
        ]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await bridge.ask("d", quick)
        assert busy.value.seconds >= 1
        assert bridge.waiting == 2
        let_go.set()
        assert await first == "done"
        assert await asyncio.gather(*others) == ["quick", "quick"]
        assert places == {"b": [1], "c": [2, 1]}
        bridge.close()

    asyncio.run(story())


def test_equal_questions_are_computed_once() -> None:
    """All who ask the same at the same moment get one result, and all its pieces."""

    async def story() -> None:
        bridge, begun, let_go = Bridge(2, 10, 20), threading.Event(), threading.Event()
        pieces: list[list[str]] = [[], []]

        def work(piece: Piece) -> int:
            begun.set()
            let_go.wait(20)
            piece("a word")
            return 1

        tasks = [asyncio.create_task(bridge.ask("k", work, piece=it.append)) for it in pieces]
        await asyncio.to_thread(begun.wait)
        let_go.set()
        assert await asyncio.gather(*tasks) == [1, 1]
        assert pieces == [["a word"], ["a word"]]
        assert (bridge.computed, bridge.joined) == (1, 1)
        assert await bridge.ask("k", lambda _: 2) == 2  # a later moment
        bridge.close()

    asyncio.run(story())


def test_one_who_gives_up_does_not_take_it_from_the_others() -> None:
    """Work goes on while anybody waits; what nobody waits for is not begun."""

    async def story() -> None:
        bridge, (work, let_go) = Bridge(1, 10, 20), held()
        first, second = (asyncio.create_task(bridge.ask("a", work)) for _ in range(2))
        unwanted = asyncio.create_task(bridge.ask("b", quick))
        await asyncio.sleep(0)
        first.cancel()
        unwanted.cancel()
        await asyncio.sleep(0)
        let_go.set()
        assert await second == "done"
        assert (bridge.computed, bridge.waiting) == (1, 0)
        bridge.close()

    asyncio.run(story())


def test_long_work_is_done_in_turn_for_each_server() -> None:
    """However much one server asks for, it has one thread, and another server does not wait for it."""

    async def story() -> None:
        bridge, let_go, order = Bridge(1, 10, 20), threading.Event(), list[str]()

        def work(name: str) -> Callable[[], None]:
            return lambda: (let_go.wait(20), order.append(name))[1]

        for run in (bridge.long, bridge.aside):
            let_go.clear()
            busy = [asyncio.create_task(run(work(name), 1)) for name in "abcdef"]
            await asyncio.sleep(0)
            await run(lambda: order.append("other"), 2)
            let_go.set()
            await asyncio.gather(*busy)
        assert order == ["other", *"abcdef"] * 2
        assert len(bridge._turns) == 0
        bridge.close()

    asyncio.run(story())


def test_the_deadline() -> None:
    """It counts the waiting; the thread that is late keeps its place until it ends."""

    async def story() -> None:
        bridge, (work, let_go) = Bridge(1, 10, 0.05), held()
        with pytest.raises(TooLate, match="no answer within"):
            await bridge.ask("a", work)
        with pytest.raises(TooLate):
            await bridge.ask("b", quick)
        assert bridge.waiting == 0
        let_go.set()
        bridge.close()

    asyncio.run(story())


def test_one_whose_turn_would_come_too_late_is_told_at_once() -> None:
    """By how long the last ones took; whoever is next in line is never refused."""

    async def story() -> None:
        bridge, (work, let_go) = Bridge(1, 10, 5), held()
        bridge._seconds = 4.0  # as the last ones took
        running = asyncio.create_task(bridge.ask("a", work))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(bridge.ask(name, quick)) for name in "bc"]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await bridge.ask("d", quick)
        assert busy.value.seconds == 12
        let_go.set()
        assert await asyncio.gather(running, *waiting) == ["done", "quick", "quick"]
        bridge.close()

    asyncio.run(story())


def test_the_end() -> None:
    """Those that wait are told, the one that runs is finished, new ones are refused."""

    async def story() -> None:
        bridge, (work, let_go) = Bridge(1, 10, 20), held()
        running = asyncio.create_task(bridge.ask("a", work))
        waiting = asyncio.create_task(bridge.ask("b", quick))
        await asyncio.sleep(0)
        bridge.refuse()
        with pytest.raises(Closing):
            await waiting
        with pytest.raises(Closing):
            await bridge.ask("c", quick)
        let_go.set()
        assert await running == "done"
        bridge.close()

    asyncio.run(story())


def test_a_loop_that_is_gone() -> None:
    """A thread that outlives the loop may still call."""

    async def story() -> Callable[[object], None]:
        return onto_loop(lambda _: None)

    asyncio.run(story())(1)
