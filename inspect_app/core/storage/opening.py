"""The store that the settings name."""

from inspect_app.config import Config
from inspect_app.core.storage import Storage
from inspect_app.core.storage.bucket import Access, Bucket, Connection
from inspect_app.core.storage.folder import Folder


def opened(config: Config) -> Storage:
    """Asks nothing of it yet."""
    scratch = config.INSTANCE_PATH / "scratch"
    if not config.EVIDENCE_STORE:
        return Folder(config.evidence_folder)
    if not config.EVIDENCE_STORE.startswith("s3://"):
        return Folder(config.evidence_folder, scratch)
    bucket, _slash, prefix = config.EVIDENCE_STORE.removeprefix("s3://").partition("/")
    access = Access(
        config.S3_ENDPOINT, bucket, config.S3_ACCESS_KEY, config.S3_SECRET_KEY, config.S3_REGION, config.S3_CA
    )
    return Bucket(Connection(access), f"{prefix.strip('/')}/" if prefix.strip("/") else "", scratch)
