"""People become keyed pseudonyms when rows are stored. The key is never in the archive; the raw bytes stay in the WARC."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from archive.errors import ArchiveError, WriteFailed


def default_key_file() -> Path:
    """Where the key lies: SAGWAN_PSEUDONYM_KEY, or ~/.config/sagwan/pseudonym.key."""
    named = os.environ.get("SAGWAN_PSEUDONYM_KEY")
    if named:
        return Path(named)
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "sagwan" / "pseudonym.key"


class Pseudonyms:
    """Turns an account id or name into 16 bytes that only the holder of the key can compute again."""

    def __init__(self, key: bytes) -> None:
        self.fingerprint = sha256(b"sagwan pseudonym key\0" + key).hexdigest()[:16]
        # HMAC-SHA-256 with the key's two blocks hashed beforehand: three times as fast as hmac.digest, the same bytes.
        block = key.ljust(64, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def of(self, source: str, value: str) -> bytes:
        """The pseudonym of an account id or name of a source."""
        inner = self._inner.copy()
        inner.update(f"{source}\0{value}".encode("utf-8", "surrogatepass"))
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()[:16]

    @classmethod
    def load(cls, path: Path, *, make: bool) -> Pseudonyms:
        """The key in that file; made (0600) when missing and `make`. Raises ArchiveError otherwise, WriteFailed when it
        cannot be made."""
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            if not make:
                raise ArchiveError(
                    f"pseudonym key not found: {path}. Put the key of this archive there, or name it in SAGWAN_PSEUDONYM_KEY"
                ) from None
            return cls(_make(path))
        except OSError as error:
            raise ArchiveError(f"pseudonym key cannot be read: {path}: {error.strerror}") from None
        if len(key) != 32:
            raise ArchiveError(f"pseudonym key is damaged: {path} has {len(key)} bytes, not 32. Restore it from a backup")
        return cls(key)


def hidden(ip: str) -> str:
    """Which octets of an address a site hides: `2` of 118.♡.24.92, `3,4` of 221.152 and 1.2.*.*; "" of a whole one."""
    octets = ip.split(".")
    return ",".join(str(n) for n in range(1, 5) if n > len(octets) or not octets[n - 1].isdigit())


def _make(path: Path) -> bytes:
    key = os.urandom(32)
    # Written aside and linked into place: two first runs at once, and a full disk, must end with one key, whole.
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(handle)
            os.link(aside, path)
        except FileExistsError:
            key = path.read_bytes()
        finally:
            aside.unlink()
    except OSError as error:
        raise WriteFailed(f"pseudonym key cannot be made: {path}: {error.strerror}") from None
    return key
