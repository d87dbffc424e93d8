"""Heads in S3 under object lock, which not even the owner of the bucket can take away before its time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings

from tabard.audit.chain.notes import Head, Note
from tabard.kernel import clock


class Objects:
    """A bucket (and a folder in it, `bucket/folder`) made with object lock; access as for uploads.

    `days`: how long an object is locked, in compliance mode.
    """

    name = "s3"

    def __init__(self, where: str, days: int) -> None:
        self.bucket, _, folder = where.partition("/")
        self.prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
        self.days = days

    def leave(self, note: Note) -> tuple[str, bytes]:
        """Put the head and lock it."""
        key = f"{self.prefix}{note.name}.json"
        self._call(
            "put_object",
            Bucket=self.bucket,
            Key=key,
            Body=json.dumps(note.plain()).encode(),
            ContentType="application/json",
            ChecksumAlgorithm="SHA256",
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=clock.now() + timedelta(days=self.days),
        )
        return f"{self.bucket}/{key}", b""

    def heads(self, mark: str) -> list[Head]:
        """The heads of this log in the bucket, their oldest versions: a lock keeps versions, not names."""
        prefix = f"{self.prefix}tabard-audit-{mark[:8]}-"
        found: list[Head] = []
        more: dict[str, Any] = {}
        while True:
            page = self._call("list_object_versions", Bucket=self.bucket, Prefix=prefix, **more)
            for each in page.get("Versions", []):
                got = self._call(
                    "get_object", Bucket=self.bucket, Key=each["Key"], VersionId=each["VersionId"]
                )
                said = json.loads(got["Body"].read())
                if said.get("log") == mark:
                    found.append((int(said["batch"]), str(said["head"]), f"{self.bucket}/{each['Key']}"))
            if not page.get("IsTruncated"):
                return found
            more = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }

    def examine(self) -> str:
        """Whether the bucket is there and locks."""
        told = self._call("get_object_lock_configuration", Bucket=self.bucket)
        if told.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise OSError(f"the bucket {self.bucket} has no object lock")
        return f"{self.bucket}/{self.prefix}, locked for {self.days} days"

    def _call(self, name: str, **given: Any) -> Any:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise OSError("the packages for S3 are not installed: requirements/s3.txt") from error
        options = settings.STORAGES["default"].get("OPTIONS", {})
        try:
            client = boto3.client(
                "s3", endpoint_url=options.get("endpoint_url"), region_name=options.get("region_name")
            )
            return getattr(client, name)(**given)
        except (BotoCoreError, ClientError) as error:
            raise OSError(str(error)) from error
