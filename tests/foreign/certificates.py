"""Makes certificates for receivers on this machine: one whose authority the server is told to trust, and
one whose authority nobody knows.

    certificates.py FOLDER      writes trusted-ca.pem, trusted.pem and unknown.pem (each with its key)
"""

import sys
from pathlib import Path

import trustme

folder = Path(sys.argv[1])
trusted, unknown = trustme.CA(), trustme.CA()
trusted.cert_pem.write_to_path(folder / "trusted-ca.pem")
for authority, name in ((trusted, "trusted.pem"), (unknown, "unknown.pem")):
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / name)
