"""The desktop program: Qt, the way in, and the services behind the window.

A window stands before anything heavy is imported: the library opens in a worker thread, models load
behind it. What an earlier run left to do (vectors, tidying) goes on by itself.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from workbench import app, settings, vault
from workbench.i18n import language, tr
from workbench.paths import resources
from workbench.views import fonts, theme
from workbench.views.desk import Desk
from workbench.views.dialogs import BugReporter
from workbench.views.job_runner import JobRunner, Lane, RunningJob
from workbench.views.onboarding.doorway import Doorway, Front


class Desktop:
    """One run of the desktop: owns the application object, the job runner and the services."""

    def __init__(
        self,
        where: app.Places,
        wanted_language: str | None = None,
        make_machine: Callable[[app.Places, settings.Settings], app.Machine] = app.open_machine,
    ) -> None:
        self.keeper = settings.SettingsKeeper(where.home)
        app.choose_language(wanted_language, self.keeper.now)
        self.qt = QApplication.instance() or QApplication(sys.argv[:1])
        self.runner = JobRunner()
        self.bugs = BugReporter(self.runner)
        self.machine = make_machine(where, self.keeper.now)
        self._services: dict[int, app.Services] = {}
        self._dress()
        self.doorway = Doorway(self._front(where))
        self.doorway.opened.connect(self._go_on)
        self.doorway.left.connect(self.qt.quit)

    def run(self) -> int:
        """Show the way in and work until the user leaves."""
        self.bugs.install()
        self.doorway.begin()
        code = self.qt.exec()
        self.close()
        return int(code)

    def close(self) -> None:
        """Stop every job, then the models and the library."""
        self.runner.shutdown()
        for services in self._services.values():
            services.close()
        self._services.clear()
        self.machine.engine.close()
        if self.machine.ocr is not None:
            self.machine.ocr.close()

    def _dress(self) -> None:
        if not isinstance(self.qt, QApplication):
            raise TypeError(self.qt)
        self.qt.setApplicationName("Inkstone")
        self.qt.setApplicationDisplayName(tr("shell.app"))
        translator = QTranslator(self.qt)
        locale = QLocale("zh_CN" if language() == "zh" else "en")
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(locale, "qtbase", "_", folder):
            self.qt.installTranslator(translator)
        fonts.dress(self.qt)
        theme.apply(self.keeper.now.theme, self.keeper.now.text_percent)
        theme.follow_system()

    def _front(self, where: app.Places) -> Front:
        return Front(
            home=where.home,
            models_dir=where.models,
            settings=self.keeper,
            job_runner=self.runner,
            open_desk=self._open_desk,
            close_desk=self._close_desk,
            engine=self.machine.engine,
            sample=_sample,
        )

    def _open_desk(self, home: Path, opened: vault.Vault, _job: RunningJob) -> Desk:
        """Runs in a worker thread: heavy libraries are imported here."""
        machine = app.Machine(
            app.Places(home, self.machine.places.models),
            self.machine.arbiter,
            self.machine.registry,
            self.machine.engine,
            self.machine.ocr,
        )
        services = app.open_services(machine, opened.key, self.keeper)
        self._services[id(services.library)] = services
        return Desk(
            home=home,
            models_dir=machine.places.models,
            settings=self.keeper,
            job_runner=self.runner,
            library=services.library,
            importer=services.importer,
            retriever=services.retriever,
            asker=services.asker,
            writer=services.writer,
            engine=machine.engine,
            registry=machine.registry,
            arbiter=machine.arbiter,
            vault=opened,
        )

    def _close_desk(self, desk: Desk) -> None:
        services = self._services.pop(id(desk.library), None)
        if services is not None:
            services.close()

    def _go_on(self) -> None:
        """Load the models, and finish what an earlier run left undone."""
        self.machine.engine.warm()
        window = self.doorway.window
        if window is None:
            return
        window.take_up_work()
        for services in self._services.values():
            self.runner.start(Lane.STORE, services.keep_house, window, on_error=lambda _error: None)


def _sample(desk: Desk, job: RunningJob) -> str:
    """Make the sample case; its vectors follow once the window is open."""
    case = desk.library.create_case(tr("demo.case"))
    for _result in desk.importer.add(case.id, [resources() / "samples" / "credit_case"], job):
        job.check()
    return str(case.id)


def main(home: Path | None = None, models: Path | None = None, wanted_language: str | None = None) -> int:
    """Run the desktop; the exit code is Qt's."""
    return Desktop(app.places(home, models), wanted_language).run()
