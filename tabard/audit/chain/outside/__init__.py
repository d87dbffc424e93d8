"""Places outside the database for heads of the chain: a folder, S3 with object lock, time stamps, mail."""

from tabard.audit.chain.outside.folder import Folder
from tabard.audit.chain.outside.mail import Mail
from tabard.audit.chain.outside.objects import Objects
from tabard.audit.chain.outside.stamps import Stamps

__all__ = ["Folder", "Mail", "Objects", "Stamps"]
