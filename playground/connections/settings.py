"""What the environment says of data, limits and models on this machine, read anew at each call."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.models.listed_ids import MOST_LISTED
from playground.system.private_files import DATABASE, private_data_folder

_APP = "llm-playground"
_INVISIBLE = "\ufeff\u200b"


class SettingError(Exception):
    """A setting that cannot be used: which, and what it should be. Holds no secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class LocalLimits(BaseModel):
    """How local models run: tokens of context for each conversation (None: as many as sensible), answers at once."""

    model_config = ConfigDict(frozen=True)

    context: int | None = Field(None, ge=256, le=1_048_576)
    slots: int = Field(4, ge=1, le=64)


class ImportLimits(BaseModel):
    """How much of what is imported is read: millions of characters."""

    model_config = ConfigDict(frozen=True)

    megabytes: int = Field(20, ge=1, le=2_000)


def data_dir() -> Path:
    """The folder of the database and fetched files: PLAYGROUND_DATA_DIR, else the user's data directory.

    Absolute; it may not exist yet. Raises SettingError where the user has no home directory.
    """
    return _directory("PLAYGROUND_DATA_DIR") or _user_data_dir() / _APP


def open_data_dir() -> None:
    """Make the data directory where it is missing, and close it to others where it is ours.

    Where that cannot be, whoever uses it says so.
    """
    with suppress(OSError):
        private_data_folder(data_dir(), _user_data_dir() / _APP)


def most_listed() -> int:
    """PLAYGROUND_LISTED_MODELS, how many models of one server are offered; the default where it is no such number."""
    value = variable("PLAYGROUND_LISTED_MODELS")
    return max(int(value), 1) if value.isdecimal() and len(value) < 9 else MOST_LISTED


def database_url() -> str:
    """PLAYGROUND_DATABASE_URL, which may hold a password, else SQLite in the data directory."""
    return variable("PLAYGROUND_DATABASE_URL") or f"sqlite:///{data_dir() / DATABASE}"


def models_dir() -> Path | None:
    """The folder with more `.gguf` files: PLAYGROUND_MODELS_DIR, absolute; None where it is not set."""
    return _directory("PLAYGROUND_MODELS_DIR")


def local_limits() -> LocalLimits:
    """PLAYGROUND_LOCAL_CONTEXT and PLAYGROUND_LOCAL_SLOTS. Raises SettingError for no number, or one out of range."""
    names = {"context": "PLAYGROUND_LOCAL_CONTEXT", "slots": "PLAYGROUND_LOCAL_SLOTS"}
    values = {field: value for field, name in names.items() if (value := variable(name))}
    try:
        return LocalLimits.model_validate(values)
    except ValidationError as error:
        wrong = [(str(found["loc"][0]), found["msg"]) for found in error.errors()]
        problems = [f"{names[field]}={values[field]!r}: {lower(message)}" for field, message in wrong]
        raise SettingError("; ".join(problems) + ".") from None


def import_limits() -> ImportLimits:
    """PLAYGROUND_IMPORT_MB. Raises SettingError for no number, or one out of range."""
    value = variable("PLAYGROUND_IMPORT_MB")
    try:
        return ImportLimits.model_validate({"megabytes": value} if value else {})
    except ValidationError as error:
        raise SettingError(f"PLAYGROUND_IMPORT_MB={value!r}: {lower(error.errors()[0]['msg'])}.") from None


def snapshots_are_public() -> bool:
    """PLAYGROUND_PUBLIC_SNAPSHOTS: whether "1", so that who is not signed in may read a snapshot by its address."""
    return variable("PLAYGROUND_PUBLIC_SNAPSHOTS") == "1"


def stripped(text: str) -> str:
    """A text without the blanks and byte order marks that copying brings along."""
    return text.strip().strip(_INVISIBLE).strip()


def variable(name: str) -> str:
    """A variable of the environment without blanks around it, "" where it is not set."""
    return stripped(os.environ.get(name, ""))


def _directory(name: str) -> Path | None:
    value = variable(name)
    try:
        return Path(value).expanduser().absolute() if value else None
    except RuntimeError:
        raise SettingError(f"{name}={value!r}: there is no such home directory.") from None


def _user_data_dir() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/latest/ and its counterparts on macOS and Windows."""
    try:
        home = Path.home()
    except RuntimeError:
        raise SettingError("There is no home directory. Set PLAYGROUND_DATA_DIR to a folder for data.") from None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    data_home = Path(os.environ.get("XDG_DATA_HOME", ""))
    return data_home if data_home.is_absolute() else home / ".local" / "share"


def lower(message: str) -> str:
    """A sentence as it stands behind a colon."""
    return message[:1].lower() + message[1:]
