"""Wake-ups for packages. A task decides nothing: the rows say what is owed."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from audit import actions as audit
from lumina_privacy.lib.nudge import wake
from requests_app.models import Package
from requests_app.states import PackageState

_SWEEP = 50


@shared_task(name="requests_app.build_package")
def build_package(*, package_id: int) -> None:
    """Build one package, unless another worker has it."""
    from requests_app.actions import building

    package = building.claim(package_id, at=timezone.now())
    if package is not None:
        building.build_package(package, now=timezone.now)


@shared_task(name="requests_app.sweep_packages")
def sweep_packages() -> None:
    """Wake a worker for each package that waits or whose worker died."""
    now = timezone.now()
    waiting = Package.objects.filter(
        Q(state=PackageState.PENDING)
        | Q(state=PackageState.BUILDING, claimed_until__lt=now)
    ).values_list("pk", flat=True)
    for package_id in waiting.order_by("pk")[:_SWEEP]:
        wake(build_package, package_id=package_id)
    audit.beat("package-sweep", at=now)
