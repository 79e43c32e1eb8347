"""A production of our own, made by settings alone: PostgreSQL, a Valkey with password and TLS, two webs, three workers, nginx in front."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests
from alembic import command
from alembic.config import Config

from roles.lifeline import tied
from tests.plugins.bucket import Bucket
from tests.production.tls import Certificate, Door, make_certificate
from tools.stack import valkey
from tools.stack.ports import free_port
from webapp.database import Database, driver_url
from webapp.providers.storage.bucket import BucketStorage, Place

REPOSITORY = Path(__file__).resolve().parents[2]
NGINX = Path("/usr/sbin/nginx")
WORKERS = ("render", "render", "clock")
READY_S = 600
SECRET = "0123456789abcdef" * 4
METRICS_TOKEN = "figures-for-the-collector"
WHOLE_NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types; access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/piying.conf;
}}
"""


@dataclass
class Town:
    """Everything that serves people, as processes of their own. Only `settings` tells them where they are."""

    folder: Path
    database_url: str
    migration_url: str
    bucket: Bucket | None = None
    workers: tuple[str, ...] = WORKERS
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start all of it and wait until it answers."""
        with ExitStack() as ends:
            ends.callback(self._stop)
            self._begin(ends)
            self._ends = ends.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it."""
        self._ends.close()

    def _begin(self, ends: ExitStack) -> None:
        self.certificate: Certificate = make_certificate(self.folder)
        self.ports = {name: free_port() for name in ("front", "web-1", "web-2", "valkey", "tls")}
        self.valkey = valkey.new_instance("queue", self.folder / "valkey", self.ports["valkey"], lasting=True)
        self.start_valkey()
        ends.enter_context(Door(self.certificate, self.ports["tls"], self.ports["valkey"]))
        upgrade(self.migration_url)
        for name in ("web-1", "web-2"):
            self.start_web(name)
        for number, role in enumerate(self.workers):
            self.start_worker(f"{role}-{number}")
        self._start_nginx()
        until(lambda: all(self.is_ready(name) for name in ("web-1", "web-2", "front")), READY_S)

    @property
    def settings(self) -> dict[str, str]:
        """What an operator writes into `piying.env`."""
        queue = f"rediss://:{self.valkey.password}@127.0.0.1:{self.ports['tls']}/0?ssl_ca_certs={self.certificate.chain}"
        return {
            "PIYING_ENVIRONMENT": "production",
            "PIYING_HOME": str(self.home),
            "PIYING_PUBLIC_URL": self.address,
            "PIYING_SECRET_KEY": SECRET,
            "PIYING_PROXIES": "1",
            "PIYING_HANDS_FILES": "1",
            "PIYING_METRICS_TOKEN": METRICS_TOKEN,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": queue,
            "FRAMES_URL": queue,
            **({"PIYING_STORAGE": self.bucket.address, **self.bucket.environment} if self.bucket else {}),
        }

    @property
    def address(self) -> str:
        """What people type."""
        return f"https://localhost:{self.ports['front']}"

    @property
    def home(self) -> Path:
        """Where files are kept."""
        return self.folder / "home"

    def start_valkey(self) -> None:
        """Run the queue's server."""
        self._start("valkey", str(valkey.server_binary()), str(self.valkey.write_config()))
        valkey.wait_until_ready(self.valkey, lambda: self.processes["valkey"].poll() is None)

    def start_web(self, name: str) -> None:
        """Run one of the webs."""
        gunicorn = (sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app")
        self._start(name, *gunicorn, PIYING_BIND=f"127.0.0.1:{self.ports[name]}", **self._own_home(name))

    def start_worker(self, name: str) -> None:
        """Run one of the workers, of the role that its name begins with."""
        self._start(name, sys.executable, "worker.py", name.partition("-")[0], **self._own_home(name))

    def start_again(self, name: str) -> None:
        """Run what was killed, as whatever looks after processes does."""
        begin = {"valkey": lambda _: self.start_valkey(), "web": self.start_web}
        begin.get(name.partition("-")[0], self.start_worker)(name)

    def kill(self, name: str) -> None:
        """As if somebody had pulled the plug."""
        self.processes[name].kill()
        self.processes[name].wait()

    def browser(self) -> requests.Session:
        """Somebody who trusts our certificate."""
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.certificate.chain)
        session.headers["Referer"] = self.address
        return session

    def at(self, name: str) -> str:
        """Where a process is asked past nginx."""
        return self.address if name == "front" else f"http://127.0.0.1:{self.ports[name]}"

    def is_ready(self, name: str) -> bool:
        """Whether it says so."""
        with suppress(requests.RequestException), self.browser() as session:
            return session.get(f"{self.at(name)}/readyz", timeout=3).status_code == requests.codes.ok
        return False

    def flask(self, *words: str) -> str:
        """What an operator's command prints."""
        command_line = (sys.executable, "-m", "flask", "--app", "wsgi", *words)
        return subprocess.run(command_line, cwd=REPOSITORY, env=self._environment(), stdout=subprocess.PIPE, text=True, check=True).stdout

    def database(self) -> Database:
        """The database as the town's own processes see it."""
        return Database(self.database_url)

    def keep(self, folder: Path) -> None:
        """Have every process find what was put into a folder of the home."""
        if self.bucket:
            BucketStorage(Place(self.home, self.bucket.name, "studio"), 10**9, 0.0).keep(folder)

    def log(self, name: str) -> list[str]:
        """What a process has said."""
        return (self.folder / f"{name}.log").read_text().splitlines()

    def _start_nginx(self) -> None:
        site = (REPOSITORY / "deploy" / "nginx" / "piying.conf").read_text()
        for written, ours in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.ports['front']} ssl"),
            ("studio.example.com", "localhost"),
            ("/etc/piying/tls/studio.crt", str(self.certificate.chain)),
            ("/etc/piying/tls/studio.key", str(self.certificate.key)),
            ("127.0.0.1:8000", f"127.0.0.1:{self.ports['web-1']}"),
            ("127.0.0.1:8001", f"127.0.0.1:{self.ports['web-2']}"),
            ("/var/lib/piying/", f"{self.home}/"),
            ("http://127.0.0.1:9000/", f"{self.bucket.endpoint if self.bucket else 'http://127.0.0.1:9'}/"),
        ):
            assert written in site
            site = site.replace(written, ours)
        (self.folder / "piying.conf").write_text(site)
        (self.folder / "nginx.conf").write_text(WHOLE_NGINX.format(folder=self.folder))
        self._start("nginx", str(NGINX), "-c", f"{self.folder}/nginx.conf", "-e", f"{self.folder}/nginx.log")

    def _own_home(self, name: str) -> dict[str, str]:
        """With a bucket nobody shares a folder: each process is on a machine of its own."""
        return {"PIYING_HOME": str(self.folder / "homes" / name)} if self.bucket else {}

    def _start(self, name: str, *command_line: str, **more: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command_line,
                cwd=REPOSITORY,
                env=self._environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=tied(),  # noqa: PLW1509 - one thread starts them
            )

    def _environment(self, **more: str) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not re.match(r"PIYING_|DATABASE_URL|REDIS_URL|FRAMES_URL", name)}
        return {**kept, "PYTHONUNBUFFERED": "1", **self.settings, **more}

    def _stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the tables of `url` up to `revision`."""
    command.upgrade(alembic_of(url), revision)


def alembic_of(url: str) -> Config:
    """Alembic, for the database at `url`."""
    config = Config(toml_file=None)
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", driver_url(url).render_as_string(hide_password=False).replace("%", "%%"))
    return config


def until(holds: Callable[[], bool], seconds: float) -> None:
    """Wait for something to be true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
