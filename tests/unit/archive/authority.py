"""An authority of timestamps for the tests, made with openssl."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIG = """\
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa_default]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
signer_digest = sha256
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """Answers requests with timestamps."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "Authority":
        """Make its keys and certificates."""
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        made = cls(folder)
        new = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        made.openssl(
            f"{new} -x509 -days 9999 -subj /CN=root -keyout root.key -out root.pem "
            "-config tsa.cnf -extensions ca"
        )
        made.openssl(f"{new} -subj /CN=tsa -keyout tsa.key -out tsa.csr -config tsa.cnf")
        made.openssl(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 9999 "
            "-extfile tsa.cnf -extensions tsa -out tsa.pem"
        )
        return made

    @property
    def roots(self) -> bytes:
        """Its root certificate."""
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        """Give a timestamp."""
        (self.folder / "request").write_bytes(request)
        self.openssl(
            "ts -reply -queryfile request -signer tsa.pem -inkey tsa.key -config tsa.cnf "
            "-section tsa_default -out answer"
        )
        return (self.folder / "answer").read_bytes()

    def openssl(self, command: str) -> None:
        """Run openssl in its folder."""
        done = subprocess.run(
            ["openssl", *command.split()], cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
