"""Each service starts from just the files that its image gets: operators deploy and upgrade each one on its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import requests

from tests.support.running import ROOT, eventually

SERVICES = ("registry", "outreach", "volunteering", "learning", "gateway")


def copied(stage: str, service: str) -> list[str]:
    """Return the paths that the Dockerfile copies from the repository into one stage and the one under it."""
    stages = re.split(r"^FROM ", (ROOT / "deploy" / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    named = {re.search(r" AS (\w+)", text.splitlines()[0]).group(1): text for text in stages}
    lines = [line for name in ("base", stage) for line in named[name].splitlines() if line.startswith("COPY ") and "--from" not in line]
    return [word.replace("${SERVICE}", service) for line in lines for word in line.split()[1:-1]]


def image(folder: Path, service: str) -> Path:
    """Copy what a service's image copies into an empty folder."""
    for path in copied("gateway" if service == "gateway" else "service", service):
        source, target = ROOT / path, folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(source, target)
    return folder


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_from_what_its_image_copies(platform, tmp_path, name):
    folder = image(tmp_path / "image", name)
    module = "gateway.service" if name == "gateway" else f"services.{name}.service"
    service = platform.service(name, module)
    service.folder = folder
    service.env = {**platform.env, "PYTHONPATH": str(folder)}
    worker = platform.worker(name, "gateway.worker" if name == "gateway" else f"services.{name}.worker")
    worker.folder = folder
    worker.env = service.env | {f"{name.upper()}_WORKER_PORT": str(worker.port)}

    service.start()
    worker.start()

    others = [other for other in SERVICES if other != name and (folder / "services" / other / "service.py").exists()]
    assert others == []
    eventually(lambda: requests.get(f"http://127.0.0.1:{service.port}/health/live", timeout=2).status_code == 200)


def test_an_image_that_lacks_a_file_does_not_start(platform, tmp_path):
    folder = image(tmp_path / "image", "outreach")
    (folder / "services" / "outreach" / "messages.py").unlink()
    service = platform.service("outreach")
    service.folder = folder
    service.env = {**platform.env, "PYTHONPATH": str(folder)}

    assert service.start(wait=False).gone() != 0
    assert "messages" in service.text()
