"""What is done to a model that is here: verified, put to work, taken back, given another use or template, removed."""

from collections.abc import Callable

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.guess import TemplateUnclear
from workbench.views.models_pane.cards import ModelCard
from workbench.views.models_pane.jobs import Failed, PaneJobs
from workbench.views.models_pane.page import ModelsPage
from workbench.views.models_pane.questions import RoleChoice, TemplateChoice
from workbench.views.models_pane.shelf import RegistryLike


class Changing:
    """Does what the cards ask for; ``done`` hears of it in words, ``failed`` why not."""

    def __init__(
        self,
        registry: RegistryLike,
        jobs: PaneJobs,
        page: ModelsPage,
        *,
        done: Callable[[str], None],
        failed: Failed,
    ) -> None:
        self._registry = registry
        self._jobs = jobs
        self._page = page
        self._done = done
        self._failed = failed

    def listen(self, card: ModelCard) -> None:
        """Do what this card asks for."""
        card.verify_wanted.connect(self._verify)
        card.promote_wanted.connect(self._promote)
        card.rollback_wanted.connect(self._roll_back)
        card.remove_wanted.connect(self._remove)
        card.adapter_unwanted.connect(self._remove_adapter)
        card.role_wanted.connect(lambda model: self._ask_role(model, card.name))
        card.template_wanted.connect(lambda model: self._ask_template(model, card.name))

    def _verify(self, model: str) -> None:
        registry = self._registry
        self._jobs.run(
            lambda job: registry.verify(model, job).name, lambda name: self._done(tr("models.verified", name=name))
        )

    def _promote(self, model: str) -> None:
        registry = self._registry
        self._jobs.run(lambda _job: registry.promote(model).name, self._works)

    def _roll_back(self, role: str) -> None:
        registry = self._registry
        self._jobs.run(lambda _job: registry.rollback(Role(role)).name, self._works)

    def _works(self, name: str) -> None:
        self._done(tr("models.promoted", name=name))

    def _remove(self, model: str) -> None:
        registry = self._registry
        self._jobs.run(lambda _job: registry.remove(model), lambda _none: self._done(tr("models.removed")))

    def _remove_adapter(self, model: str, name: str) -> None:
        registry = self._registry
        self._jobs.run(
            lambda _job: registry.remove_adapter(model, name), lambda _none: self._done(tr("models.removed"))
        )

    def _ask_role(self, model: str, name: str) -> None:
        self._page.question(RoleChoice(name), lambda role: self._set_role(model, name, Role(role)))

    def _set_role(self, model: str, name: str, role: Role, template: str | None = None) -> None:
        registry = self._registry

        def failed(error: WorkbenchError) -> None:
            if isinstance(error, TemplateUnclear):
                choice = TemplateChoice(name)
                self._page.question(choice, lambda picked: self._set_role(model, name, role, picked))
            else:
                self._failed(error)

        self._jobs.run(lambda _job: registry.set_role(model, role, template).name, self._works, failed)

    def _ask_template(self, model: str, name: str) -> None:
        registry = self._registry

        def pick(template: str) -> None:
            self._jobs.run(
                lambda _job: registry.pick_template(model, template).name,
                lambda done: self._done(tr("models.template_picked", name=done)),
            )

        self._page.question(TemplateChoice(name), pick)
