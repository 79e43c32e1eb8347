"""Health: for load balancers and people who watch."""

import redis
from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from webapp.errors import StorageAway
from webapp.extensions import database, settings, storage

blueprint = Blueprint("health", __name__)

ANSWER_S_MAX = 2


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Everything that a request needs answers; says which does not."""
    checks = {
        "database": _database_answers(),
        "queue": _valkey_answers(settings().queue_url),
        "frames": _valkey_answers(settings().frames_url),
        "storage": _storage_answers(),
    }
    well = all(checks.values())
    return jsonify(status="ok" if well else "unavailable", checks=checks), 200 if well else 503


def _database_answers() -> bool:
    try:
        database().check()
    except SQLAlchemyError:
        return False
    return True


def _storage_answers() -> bool:
    try:
        storage().check()
    except (StorageAway, OSError):
        return False
    return True


def _valkey_answers(url: str) -> bool:
    if not url:
        return settings().environment != "production"
    try:
        with redis.Redis.from_url(url, socket_timeout=ANSWER_S_MAX, socket_connect_timeout=ANSWER_S_MAX) as connection:
            return bool(connection.ping())
    except redis.RedisError:
        return False
