"""Checks a log's tiles with the standard library and the openssl command alone: checkpoint, bundles, tiles, inclusion, consistency.

usage: check_log.py FOLDER VKEY [OLD_SIZE]     prints "sound N ROOT", or says what is wrong and exits with 1
"""
import base64, hashlib, os, struct, subprocess, sys, tempfile


def fail(what):
    print(what)
    sys.exit(1)


def sha(data):
    return hashlib.sha256(data).digest()


def leaf(entry):
    return sha(b"\0" + entry)


def node(a, b):
    return sha(b"\1" + a + b)


def root(hashes):
    if not hashes:
        return sha(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(root(hashes[:k]), root(hashes[k:]))


def number(n):
    groups = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        groups.insert(0, "x%03d" % (n % 1000))
    return "/".join(groups)


def name(kind, index, width):
    return "tile/%s/%s%s" % (kind, number(index), "" if width == 256 else ".p/%d" % width)


def read(path):
    try:
        with open(os.path.join(folder, path), "rb") as file:
            return file.read()
    except OSError:
        fail("missing: " + path)


def verify(public, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + public
    with tempfile.TemporaryDirectory() as work:
        for file, data in (("key", der), ("msg", message), ("sig", signature)):
            with open(os.path.join(work, file), "wb") as out:
                out.write(data)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", work + "/key", "-rawin", "-in", work + "/msg", "-sigfile", work + "/sig"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


folder, vkey = sys.argv[1], sys.argv[2]
origin, key_id, key = vkey.split("+", 2)
key = base64.b64decode(key)
if key[:1] != b"\1" or hashlib.sha256(origin.encode() + b"\n" + key).hexdigest()[:8] != key_id:
    fail("not a verifier key")

note = read("checkpoint")
text, lines = note.rsplit(b"\n\n", 1)
text += b"\n"
signed = False
for line in lines.decode().splitlines():
    dash, who, blob = line.split(" ")
    blob = base64.b64decode(blob)
    if who == origin and blob[:4].hex() == key_id:
        signed = verify(key[1:], text, blob[4:])
if not signed:
    fail("the checkpoint is not signed by " + origin)
said = text.decode().split("\n")
size, want = int(said[1]), base64.b64decode(said[2])
if said[0] != origin:
    fail("another origin")

leaves = []
for bundle in range((size + 255) // 256):
    width = min(256, size - 256 * bundle)
    data = read(name("entries", bundle, width))
    for _ in range(width):
        (length,) = struct.unpack(">H", data[:2])
        leaves.append(leaf(data[2:2 + length]))
        data = data[2 + length:]
    if data:
        fail("bytes behind bundle %d" % bundle)

level, hashes = 0, leaves
while hashes:
    for tile in range((len(hashes) + 255) // 256):
        part = hashes[256 * tile:256 * tile + 256]
        if read(name(level, tile, len(part))) != b"".join(part):
            fail("tile %d of level %d" % (tile, level))
    hashes = [root(hashes[256 * i:256 * i + 256]) for i in range(len(hashes) // 256)]
    level += 1

if root(leaves) != want:
    fail("the root is not the signed one")
if len(sys.argv) > 3:
    print("old", sys.argv[3], root(leaves[:int(sys.argv[3])]).hex())
print("sound", size, want.hex())
