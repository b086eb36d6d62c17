#!/usr/bin/env python3
"""Packs a folder: archive.py FOLDER FILE.tar.gz. The same files give the same bytes: sorted, owned by
nobody, dated by SOURCE_DATE_EPOCH. (The tar of macOS cannot do this.)"""

import gzip
import os
import sys
import tarfile
from pathlib import Path


def main() -> None:
    folder, archive = Path(sys.argv[1]), Path(sys.argv[2])
    moment = int(os.environ["SOURCE_DATE_EPOCH"])

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = moment
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for path in [folder, *sorted(folder.rglob("*"))]:
            name = path.relative_to(folder.parent).as_posix()
            tar.add(path, arcname=name, recursive=False, filter=plain)


main()
