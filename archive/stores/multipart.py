"""Multipart uploads: send files that are too large for one request."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from archive.stores.bucket import Bucket
from archive.stores.s3_errors import TAKEN, code_of, told

PART_BYTES = 16 * 1024 * 1024
"""Larger files are sent in parts of this size."""


def put_parts(
    bucket: Bucket, key: str, path: Path, manner: Mapping[str, Any], condition: Mapping[str, str]
) -> None:
    """Send a file; if the condition finds the key taken, nothing is changed.

    Raises:
        StoreUnavailable, StoreForbidden: nothing of it is visible; the upload was aborted.
    """
    client, place = bucket.client, bucket.place(key)
    with bucket.translating(key):
        upload = told(client.create_multipart_upload(**place, **manner), "UploadId")
        try:
            parts = [
                {"PartNumber": number, "ETag": _put_part(bucket, place, upload, number, chunk)}
                for number, chunk in enumerate(_chunks(path), 1)
            ]
            client.complete_multipart_upload(
                **place, **condition, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except BaseException as error:
            # The parts would be kept, and paid for, without ever becoming an object.
            with suppress(ClientError, BotoCoreError):
                client.abort_multipart_upload(**place, UploadId=upload)
            if isinstance(error, ClientError) and code_of(error) in TAKEN:
                return
            raise


def give_up_old_uploads(bucket: Bucket, before: datetime) -> int:
    """Abort the uploads that killed writers left, which cost storage; return how many.

    Args:
        bucket: below whose prefix.
        before: an aware time; uploads begun later may still be in progress.
    """
    pages = bucket.client.get_paginator("list_multipart_uploads").paginate(
        Bucket=bucket.name, Prefix=bucket.prefix
    )
    count = 0
    with bucket.translating():
        for page in pages:
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] <= before:
                    bucket.client.abort_multipart_upload(
                        Bucket=bucket.name, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    count += 1
    return count


def md5_of(content: bytes) -> str:
    """Return the Content-MD5 header of a request."""
    # Transport only: the one check that every server of this protocol makes (RFC 1864).
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _put_part(
    bucket: Bucket, place: Mapping[str, str], upload: str, number: int, chunk: bytes
) -> str:
    answer = bucket.client.upload_part(
        **place, UploadId=upload, PartNumber=number, Body=chunk, ContentMD5=md5_of(chunk)
    )
    return str(told(answer, "ETag"))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(PART_BYTES):
            yield chunk
