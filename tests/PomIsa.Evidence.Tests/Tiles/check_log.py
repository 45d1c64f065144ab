"""Checks a published log, a model and how the two belong together with Python's standard library and the openssl command alone.

usage: check_log.py FOLDER VKEY [--old NOTE] [--proof PROOF RECORD] [--witness REQUEST] [--model FOLDER PEM] [--module FILE]

  FOLDER VKEY      checkpoint, bundles, every tile, the root, and that each run's records lie in order
  --old            an older signed checkpoint is a prefix of this one
  --proof          a .tlog-proof file proves the record, by its path alone
  --witness        a C2SP add-checkpoint request: its consistency proof leads from the old root, which the tiles give, to the new one
  --model          the folder's model.sig is signed by the key, lists every file, and every chunk has its digest
  --module         with --model: each run's opening record names this program and these weights

Prints a line for each, or says what is wrong and exits with 1.
"""
import argparse, base64, hashlib, json, os, struct, subprocess, sys, tempfile


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
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        fail("missing: " + path)


def openssl(arguments, **files):
    """Whether the command succeeds; {name} in an argument is a file with those bytes."""
    with tempfile.TemporaryDirectory() as work:
        for name, data in files.items():
            with open(os.path.join(work, name), "wb") as out:
                out.write(data)
        return subprocess.run(["openssl"] + [a.format(**{n: os.path.join(work, n) for n in files}) for a in arguments],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def ed25519(public, message, signature):
    return openssl(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "{key}", "-rawin", "-in", "{message}", "-sigfile", "{signature}"],
                   key=bytes.fromhex("302a300506032b6570032100") + public, message=message, signature=signature)


def checkpoint(note):
    """Size and root of a checkpoint that the log's key signed."""
    text, lines = note.rsplit(b"\n\n", 1)
    text += b"\n"
    signed = False
    for line in lines.decode().splitlines():
        dash, who, blob = line.split(" ")
        blob = base64.b64decode(blob, validate=True)
        if dash == "\u2014" and who == origin and blob[:4].hex() == key_id:
            signed = ed25519(key[1:], text, blob[4:])
    if not signed:
        fail("the checkpoint is not signed by " + origin)
    said = text.decode().split("\n")
    if said[0] != origin:
        fail("another origin")
    return int(said[1]), base64.b64decode(said[2], validate=True)


def path_root(index, size, hash, path):
    """The root that an inclusion path leads to (RFC 9162, 2.1.3.2)."""
    fn, sn = index, size - 1
    for sibling in path:
        if sn == 0:
            fail("the path is too long")
        if fn & 1 or fn == sn:
            hash = node(sibling, hash)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash = node(hash, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        fail("the path is too short")
    return hash


def consistent(old_size, old_root, new_size, new_root, proof):
    """RFC 9162, 2.1.4.2."""
    if old_size & (old_size - 1) == 0:
        proof = [old_root] + proof
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not proof:
        return False
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == old_root and sr == new_root and sn == 0


def check_log(folder):
    size, want = checkpoint(read(os.path.join(folder, "checkpoint")))
    entries = []
    for bundle in range((size + 255) // 256):
        width = min(256, size - 256 * bundle)
        data, at = read(os.path.join(folder, name("entries", bundle, width))), 0
        for _ in range(width):
            (length,) = struct.unpack_from(">H", data, at)
            entries.append(data[at + 2:at + 2 + length])
            at += 2 + length
        if at != len(data):
            fail("bytes behind bundle %d" % bundle)
    leaves = [leaf(entry) for entry in entries]
    level, hashes = 0, leaves
    while hashes:
        for tile in range((len(hashes) + 255) // 256):
            part = hashes[256 * tile:256 * tile + 256]
            if read(os.path.join(folder, name(level, tile, len(part)))) != b"".join(part):
                fail("tile %d of level %d" % (tile, level))
        hashes = [root(hashes[256 * i:256 * i + 256]) for i in range(len(hashes) // 256)]
        level += 1
    if root(leaves) != want:
        fail("the root is not the signed one")
    return entries, leaves, size, want


def check_runs(entries):
    """Each run's records one after the other, numbered 1, 2, ...; gives the opening records."""
    openings, run, sequence = [], None, 0
    for at, entry in enumerate(entries):
        if entry[:4] != b"PISR" or entry[5] not in (1, 2, 3):
            fail("entry %d is no record" % at)
        if entry[5] == 1:
            run, sequence = sha(entry), 0
            openings.append(entry)
            continue
        sequence += 1
        if entry[6:38] != run or struct.unpack_from("<Q", entry, 38)[0] != sequence:
            fail("entry %d does not follow the one before it" % at)
        if entry[5] == 3:
            if struct.unpack_from("<Q", entry, 82)[0] != sequence - 1:
                fail("entry %d counts another number of opcodes" % at)
            run = None
    return openings


def check_model(folder, pem):
    """The root of a model whose manifest the key signed and whose files are what it lists."""
    bundle = json.loads(read(os.path.join(folder, "model.sig")))
    pem = read(pem)
    if bundle["verificationMaterial"]["publicKey"]["hint"] != hashlib.sha256(pem).hexdigest():
        fail("the manifest is signed by another key")
    envelope = bundle["dsseEnvelope"]
    body, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
    (signature,) = envelope["signatures"]
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)
    if not openssl(["dgst", "-sha256", "-verify", "{key}", "-signature", "{signature}", "{message}"],
                   key=pem, message=pae, signature=base64.b64decode(signature["sig"])):
        fail("the manifest's signature is wrong")
    statement = json.loads(body)
    if (kind, statement["_type"], statement["predicateType"]) != (
            "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1", "https://model_signing/signature/v1.0"):
        fail("the manifest is none")
    resources = statement["predicate"]["resources"]
    ends = {}
    for resource in resources:
        path, start, end = resource["name"].rsplit(":", 2)
        with open(os.path.join(folder, path), "rb") as file:
            file.seek(int(start))
            if hashlib.sha256(file.read(int(end) - int(start))).hexdigest() != resource["digest"]:
                fail("chunk " + resource["name"])
        ends[path] = max(ends.get(path, 0), int(end))
    if [r["name"] for r in resources] != sorted(r["name"] for r in resources):
        fail("the resources are out of order")
    for at, _, files in os.walk(folder):
        for file in files:
            path = os.path.relpath(os.path.join(at, file), folder).replace(os.sep, "/")
            if path != "model.sig" and os.path.getsize(os.path.join(at, file)) != ends.get(path, 0):
                fail("%s is not listed, or longer than it is listed" % path)
    digest = sha(b"".join(bytes.fromhex(r["digest"]) for r in resources))
    if digest.hex() != statement["subject"][0]["digest"]["sha256"]:
        fail("the manifest's root is not that of its resources")
    return digest


def program_digest(module):
    """Names, positions and texts, which are the sections from 0x80 on, don't count."""
    at = 8
    while at < len(module) and module[at] < 0x80:
        at, length, shift = at + 1, 0, 0
        while True:
            byte, at = module[at], at + 1
            length, shift = length | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        at += length
    return sha(module[:at])


options = argparse.ArgumentParser()
options.add_argument("folder")
options.add_argument("vkey")
options.add_argument("--old")
options.add_argument("--proof", nargs=2)
options.add_argument("--witness")
options.add_argument("--model", nargs=2)
options.add_argument("--module")
given = options.parse_args()
origin, key_id, key = given.vkey.split("+", 2)
key = base64.b64decode(key)
if key[:1] != b"\1" or hashlib.sha256(origin.encode() + b"\n" + key).hexdigest()[:8] != key_id:
    fail("not a verifier key")

entries, leaves, size, want = check_log(given.folder)
openings = check_runs(entries)
print("sound", size, want.hex())
if given.old:
    old_size, old_root = checkpoint(read(given.old))
    if old_size > size or root(leaves[:old_size]) != old_root:
        fail("the old checkpoint is no prefix")
    print("prefix", old_size)
if given.proof:
    head, note = read(given.proof[0]).split(b"\n\n", 1)
    lines = head.decode().split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("index "):
        fail("no proof")
    index, path = int(lines[1][6:]), [base64.b64decode(line, validate=True) for line in lines[2:]]
    proved_size, proved_root = checkpoint(note)
    if path_root(index, proved_size, leaf(read(given.proof[1])), path) != proved_root:
        fail("the path does not lead to the root")
    print("included", index)
if given.witness:
    head, note = read(given.witness).split(b"\n\n", 1)
    lines = head.decode().split("\n")
    old_size, (new_size, new_root) = int(lines[0][4:]), checkpoint(note)
    if not consistent(old_size, root(leaves[:old_size]), new_size, new_root, [base64.b64decode(line, validate=True) for line in lines[1:]]):
        fail("the consistency proof proves nothing")
    print("consistent", old_size, new_size)
if given.model:
    digest = check_model(*given.model)
    print("model", digest.hex())
    for opening in openings:
        if opening[38:70] != digest:
            fail("a run has other weights")
        if given.module and opening[6:38] != program_digest(read(given.module)):
            fail("a run has another program")
    print("bound", len(openings))
