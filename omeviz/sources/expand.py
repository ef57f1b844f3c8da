"""An argument -> the inputs it stands for: a file, all files of a folder or pattern, all members of an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from omeviz.errors import NotAnExportError, OmevizError, SourceError
from omeviz.sources.archive_zip import MAGICS, Member, ZipArchive, document_in
from omeviz.sources.byte_stream import ByteStream, PeekStream
from omeviz.sources.compression import MOST_UNPACKED, Damaged, Unpacked
from omeviz.sources.folders import Entry, is_pattern, matches, walk
from omeviz.sources.inputs import STDIN_NAME, Input, is_regular, missing, raw_stdin, reason_of, unreadable

Identity = tuple[int, int]
"""Device and number of a file: the same for all names it has."""


class Found:
    """The inputs that an argument stands for, in order, found while they are asked for.

    Args:
        argument: A path, a pattern, or `-`.
        stdin: Where standard input's bytes are read from; None is the process's own.
        seen: Files that were found before; those found here are added.
        limit: See `ByteStream`.

    Attributes:
        loaded: How many inputs were read.
        failed: How many could not be.
        skipped: How many other files a folder, pattern or archive holds.
        repeated: How many files were found once more and left out.
    """

    def __init__(
        self,
        argument: str,
        stdin: IO[bytes] | None = None,
        *,
        seen: set[Identity] | None = None,
        limit: int | None = MOST_UNPACKED,
    ) -> None:
        self.argument = argument
        self.loaded = self.failed = self.skipped = self.repeated = 0
        self._stdin = stdin
        self._seen = set() if seen is None else seen
        self._limit = limit
        self._several = False
        self._first_skipped: str = ""
        self._inputs = self._all()

    def __iter__(self) -> Iterator[Input]:
        """The inputs.

        Raises:
            SourceError: Nothing is where the argument points to, or no file matches it.
        """
        return self._inputs

    def ended(self, source: Input, error: OmevizError | None = None) -> OmevizError | None:
        """Count how an input ended; what is no export at all is but skipped where it was not named itself.

        Returns:
            The error where it is to be told, else None.
        """
        if error is None:
            self.loaded += 1
            return None
        if isinstance(error, NotAnExportError) and source.group:
            self._skip(error.message)
            if source.path is not None and source.member is None:
                with suppress(OSError, ValueError):  # named by itself later, it is an error
                    self._seen.discard(_identity(source.path))
            return None
        self.failed += 1
        return error

    def verdict(self) -> SourceError | None:
        """The error where a folder, pattern or archive turned out to hold no export; None while all is well."""
        if not self._several or self.loaded or self.failed or self.repeated:
            return None
        if not self.skipped:
            return SourceError(f"{self.argument} holds no file to read.", "Name the files, or another folder.")
        others = "1 file" if self.skipped == 1 else f"{self.skipped:,} files"
        first = f" The first: {self._first_skipped}" if self._first_skipped else ""
        message = f"{self.argument} holds no audit export, but {others} of other kinds.{first}"
        return SourceError(message, "Name the files of an export, or another folder.")

    def notes(self) -> Iterator[str]:
        """What else a user should know, one sentence without full stop each."""
        shown = STDIN_NAME if self.argument == "-" else self.argument
        if self.skipped:
            what = "1 other file was skipped" if self.skipped == 1 else f"{self.skipped:,} other files were skipped"
            yield f"{shown}: {what}"
        if self.repeated:
            what = "1 file was" if self.repeated == 1 else f"{self.repeated:,} files were"
            yield f"{self.argument}: {what} named more than once and read once"

    def _skip(self, reason: str) -> None:
        self.skipped += 1
        self._first_skipped = self._first_skipped or reason

    def _all(self) -> Iterator[Input]:
        if self.argument == "-":
            yield from self._stream(STDIN_NAME, None)
            return
        if not self.argument:
            raise SourceError("an empty name is no file.", "Name a file, or - for standard input.")
        path = Path(self.argument)
        try:
            exists, is_folder = path.exists(), path.is_dir()
        except (OSError, ValueError) as error:
            raise SourceError(f"{self.argument} cannot be opened: {reason_of(error)}.", "Check the path.") from error
        if exists:  # a file that really has a name with wildcards wins
            yield from self._folder(path) if is_folder else self._named(path, "")
        elif is_pattern(self.argument):
            yield from self._pattern()
        else:
            raise missing(self.argument)

    def _named(self, path: Path, group: str) -> Iterator[Input]:
        if is_regular(path):
            yield from self._file(path, path.name, group)
        else:
            yield from self._stream(path.name, path)

    def _folder(self, folder: Path) -> Iterator[Input]:
        self._several = True
        for entry in walk(folder):
            yield from self._entry(entry)

    def _entry(self, entry: Entry) -> Iterator[Input]:
        if entry.failure is not None:
            yield Input(entry.name or entry.path.name, entry.path, group=self.argument, failure=entry.failure)
        elif entry.usable:
            yield from self._file(entry.path, entry.name, self.argument)
        else:
            self._skip(f"{entry.path} is no ordinary file")

    def _pattern(self) -> Iterator[Input]:
        self._several = True
        nothing = True
        walked: set[Path] = set()
        for path in matches(self.argument):
            nothing = False
            if any(parent in walked for parent in path.parents):
                continue  # `**` names a folder and what is in it
            if path.is_dir():
                walked.add(path)
                for entry in walk(path):
                    yield from self._entry(entry)
            elif is_regular(path):
                yield from self._file(path, path.name, self.argument)
            else:
                self._skip(f"{path} is no ordinary file")
        if nothing:
            raise SourceError(f"no file matches {self.argument}.", "Check the path and the pattern.")

    def _file(self, path: Path, name: str, group: str) -> Iterator[Input]:
        try:
            identity = _identity(path)
            if identity[1] and identity in self._seen:
                self.repeated += 1
                return
            self._seen.add(identity)
            with path.open("rb") as file:
                is_archive = file.read(4) in MAGICS
        except OSError:
            is_archive = False  # opening it tells why it cannot be
        if is_archive:
            yield from self._archive(lambda: path.open("rb"), Input(name, path, group=group))
        else:
            yield Input(name, path, group=group)

    def _stream(self, name: str, path: Path | None) -> Iterator[Input]:
        """What can be read once: standard input, a FIFO, a device."""
        try:
            raw = raw_stdin(self._stdin) if path is None else cast(IO[bytes], path.open("rb", buffering=0))
            stream = cast(IO[bytes], PeekStream(raw))
            head = cast(PeekStream, stream).peek(2)
            is_archive = head == b"PK" and cast(PeekStream, stream).peek(4) in MAGICS
        except (OSError, ValueError) as error:
            source = Input(name, path)
            yield _failed(source, unreadable(source.shown, error))
            return
        source = Input(name, path, opened=stream)
        if not is_archive:
            yield source
            return
        copy = ByteStream(source, limit=self._limit).whole()
        yield from self._archive(lambda: copy, Input(name, path))

    def _archive(self, opener: Callable[[], IO[bytes]], source: Input) -> Iterator[Input]:
        """The members, or the source itself where it is a document (a workbook has sheets, not members)."""
        try:
            archive = ZipArchive(opener, source.shown, self._limit)
            once = source.path is None or not is_regular(source.path)
        except SourceError as error:
            yield _failed(source, error)
            return
        try:
            if document_in(member.name for member in archive.members):
                opened = archive.detach() if once else None
                yield Input(source.name, source.path, group=source.group, opened=opened)
                return
            self._several = True
            yield from self._members(archive, Input(source.name, source.path, group=source.group or self.argument))
        finally:
            if not once:  # else its members may be opened later, and it goes with them
                archive.close()

    def _members(self, archive: ZipArchive, outer: Input, failure: SourceError | None = None) -> Iterator[Input]:
        """The members; `failure` tells why the archive itself was not read to its end."""
        refused: dict[str, list[Input]] = {}
        for entry in archive.members:
            if entry.is_noise:
                continue
            member = f"{outer.member}/{entry.name}" if outer.member else entry.name
            name = f"{outer.name}/{entry.name}"
            source = Input(name, outer.path, member, outer.group, archive=archive, entry=entry)
            if entry.refusal:
                refused.setdefault(entry.refusal, []).append(source)
            else:
                yield from self._member(source, nested=outer.member is not None)
        for reason, sources in refused.items():
            first, others = sources[0], len(sources) - 1
            many = "is 1 other member" if others == 1 else f"are {others:,} other members"
            more = f", and so {many}" if others else ""
            error = SourceError(f"{first.shown} {reason}{more}.", "Unpack the archive, and name the files.")
            yield _failed(first, error)
        if archive.damage or failure is not None:
            error = SourceError(f"{outer.shown}: {archive.damage}; what was found is read.", "Get the file again.")
            yield _failed(outer, failure or error)

    def _member(self, source: Input, *, nested: bool) -> Iterator[Input]:
        """A member; of an archive in the archive its members, but no deeper."""
        assert source.archive is not None  # noqa: S101  # so it was made
        try:
            is_archive = source.archive.open(cast(Member, source.entry)).read(4) in MAGICS
        except (OSError, SourceError, Damaged, Unpacked):
            is_archive = False  # opening it tells what is wrong
        if not is_archive:
            yield source
            return
        try:
            stream = ByteStream(source, limit=self._limit)
            copies = [stream.whole()]

            def copy() -> IO[bytes]:
                return copies.pop() if copies else ByteStream(source, limit=self._limit).whole()

            inner = ZipArchive(copy, source.shown, self._limit)
        except SourceError as error:
            yield _failed(source, stream.failure or error)
            return
        try:
            if document_in(member.name for member in inner.members):
                yield source
            elif nested:
                self._skip(f"{source.shown} is an archive inside an archive inside an archive")
            else:
                yield from self._members(inner, source, stream.failure)
        finally:
            inner.close()


def _identity(path: Path) -> Identity:
    status = path.stat()
    return status.st_dev, status.st_ino


def _failed(source: Input, error: SourceError) -> Input:
    """An input that raises an error when it is opened."""
    return Input(source.name, source.path, source.member, source.group, failure=error)


def expand(
    argument: str,
    stdin: IO[bytes] | None = None,
    *,
    seen: set[Identity] | None = None,
    limit: int | None = MOST_UNPACKED,
) -> Found:
    """The inputs an argument stands for; see `Found`."""
    return Found(argument, stdin, seen=seen, limit=limit)
