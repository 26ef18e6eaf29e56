"""Hot reload: watching the files of flows and handing on new versions.

Any change in a folder that holds one of the files leads to the same thing: all files are read and compared. Editors
rename, ConfigMaps swap links; what the operating system says of a single file is not relied on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from watchfiles import awatch

from flowengine.engine.commands import Report
from flowengine.errors import FlowError
from flowengine.runtime.session import Edition, Reporter
from flowengine.runtime.source import FlowSource

DEBOUNCE_MS = 50
STEP_MS = 20
_LOOK_AGAIN_MS = 1_000


async def refresh_all(
    sources: Mapping[str, FlowSource], reporter: Reporter, adopted: Callable[[str, Edition], None]
) -> None:
    """Load what has changed. `adopted(name, edition)` is called for each new version; problems are reported."""
    for name, source in sources.items():
        try:
            edition = await source.refresh()
        except FlowError as error:
            facts = {"path": str(source.path), "problems": error.problems}
            reporter.report("", name, Report("error", "reload_failed", facts))
        except Exception as error:  # a defect in loading must not end the watching
            facts = {"path": str(source.path), "error": f"{type(error).__name__}: {error}"}
            reporter.report("", name, Report("error", "reload_failed", facts))
        else:
            if edition is not None:
                facts = {"path": str(source.path), "version": edition.flow.version[:12]}
                reporter.report("", name, Report("info", "reloaded", facts))
                adopted(name, edition)


class Watcher:
    """Watches the folders of all files of `sources` until it is cancelled."""

    def __init__(
        self,
        sources: Mapping[str, FlowSource],
        reporter: Reporter,
        adopted: Callable[[str, Edition], None],
    ) -> None:
        self._sources = sources
        self._reporter = reporter
        self._adopted = adopted
        self.ready = asyncio.Event()

    def folders(self) -> set[Path]:
        """Folders to watch: where the files are, and where links lead."""
        found: set[Path] = set()
        for source in self._sources.values():
            for file in source.files:
                path = Path(file)
                found.update(folder for folder in (path.parent, path.resolve().parent) if folder.is_dir())
        return found

    async def run(self) -> None:
        """Watch. A changed set of folders (a new `include:`) is watched from the next round on."""
        while True:
            folders = self.folders()
            try:
                if folders:
                    await self._watch(folders)
            except (OSError, RuntimeError):
                pass  # a folder went away just now
            await asyncio.sleep(_LOOK_AGAIN_MS / 1000 if not self.folders() else 0)

    async def _watch(self, folders: set[Path]) -> None:
        """Watch these folders until others are to be watched."""
        begun = False
        async for changes in awatch(
            *folders,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            recursive=False,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            watch_filter=None,
        ):
            if changes or not begun:
                # The first look also catches what was saved before the watching began.
                begun = True
                await refresh_all(self._sources, self._reporter, self._adopted)
                self.ready.set()
            if self.folders() != folders:
                break
