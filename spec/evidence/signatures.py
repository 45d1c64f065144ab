"""Writes ed25519.json and ecdsa.json beside itself: signatures that a verifier must accept, and such that it must refuse.

Standard library alone; both curves are here in whole numbers, as RFC 8032 and SEC 1 give them. `source` tells whose rule a case follows:
"standard" where the standard itself decides, "library" where verifiers differ and ours does what its library (libsodium, OpenSSL) does.
"""
import hashlib, json, os

# --- Ed25519 (RFC 8032): -x^2 + y^2 = 1 + d x^2 y^2 over 2^255 - 19
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(k, a):
    r = (0, 1)
    while k:
        if k & 1:
            r = add(r, a)
        a, k = add(a, a), k >> 1
    return r


def encode(a):
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


def root(y):
    """An x for a y, or None where the curve has none."""
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x * x % P == x2 else None


BY = 4 * pow(5, -1, P) % P
BX = root(BY)
B = (BX if BX % 2 == 0 else P - BX, BY)


def h(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class Key:
    def __init__(self, seed):
        digest = bytearray(hashlib.sha512(seed).digest())
        digest[0] &= 248
        digest[31] = digest[31] & 63 | 64
        self.s, self.prefix = int.from_bytes(digest[:32], "little"), bytes(digest[32:])
        self.point = times(self.s, B)
        self.public = encode(self.point)

    def nonce(self, message):
        return h(self.prefix, message) % L

    def sign(self, message):
        r = self.nonce(message)
        R = encode(times(r, B))
        return R + ((r + h(R, self.public, message) * self.s) % L).to_bytes(32, "little")


def order(a):
    n, b = 1, a
    while b != (0, 1):
        n, b = n + 1, add(b, a)
    return n


def torsion():
    """The eight points of small order, by way of one of order eight."""
    y = 2
    while True:
        x = root(y)
        if x is not None:
            t = times(L, (x, y))
            if order(t) == 8:
                return [times(i, t) for i in range(8)]
        y += 1


def ed25519():
    out = []

    def case(name, valid, key, message, signature, source="standard"):
        out.append({"name": name, "valid": valid, "source": source, "key": key.hex(), "message": message.hex(), "signature": signature.hex()})

    for number, seed, message, want in (
        (1, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        (2, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        (3, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")):
        key, message = Key(bytes.fromhex(seed)), bytes.fromhex(message)
        assert key.sign(message).hex() == want, "RFC 8032, 7.1, test %d" % number
        case("RFC 8032, 7.1, test %d" % number, True, key.public, message, key.sign(message))

    key, message = Key(bytes(range(32))), b"a checkpoint"
    good = key.sign(message)
    R, S = good[:32], int.from_bytes(good[32:], "little")
    le = lambda n: n.to_bytes(32, "little")
    case("an ordinary signature", True, key.public, message, good)
    case("another message", False, key.public, b"a checkpoinu", good)
    case("another key", False, Key(bytes(32)).public, message, good)
    for n in (1, 2, 8):
        case("S + %d L, which is the same number modulo L" % n, False, key.public, message, R + le(S + n * L))
    case("S = L", False, key.public, message, R + le(L))
    case("S = 0", False, key.public, message, R + le(0))
    case("S = L - 1", False, key.public, message, R + le(L - 1))
    case("S = 2^256 - 1", False, key.public, message, R + le(2**256 - 1))
    case("the highest bit of S is set", False, key.public, message, R + le(S | 1 << 255))
    case("L - S", False, key.public, message, R + le(L - S))
    case("-R", False, key.public, message, bytes(R[:31]) + bytes([R[31] ^ 128]) + le(S))
    case("R and S exchanged", False, key.public, message, good[32:] + R)
    case("-A", False, key.public[:31] + bytes([key.public[31] ^ 128]), message, good)
    case("R = 0", False, key.public, message, bytes(32) + le(S))
    case("all zero", False, key.public, message, bytes(64))
    case("all ones", False, key.public, message, b"\xff" * 64)
    case("63 bytes", False, key.public, message, good[:63])
    case("65 bytes, the last one zero", False, key.public, message, good + b"\0")
    case("128 bytes: twice the same", False, key.public, message, good + good)
    case("no bytes", False, key.public, message, b"")
    case("a key of 31 bytes", False, key.public[:31], message, good)
    case("a key of 33 bytes", False, key.public + b"\0", message, good)
    for bit in (0, 100, 255, 256, 300, 507):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << bit % 8
        case("bit %d flipped" % bit, False, key.public, message, bytes(flipped))

    off = next(y for y in range(2, 100) if root(y) is None)
    case("A is no point of the curve", False, le(off), message, good)
    case("R is no point of the curve", False, key.public, message, le(off) + le(S))

    # A key of small order: kA is the neutral element for some k, and then S = r signs. Anyone could have such a "signature".
    small = torsion()
    for point in small:
        n = 0
        while True:
            n += 1
            text = b"%d" % n
            r = n + 1
            Rb = encode(times(r, B))
            if times(h(Rb, encode(point), text) % 8, point) == (0, 1):
                break
        case("A has order %d: the equation holds" % order(point), False, encode(point), text, Rb + le(r), "library")
    for name, encoded in (("p + 1, the neutral element", le(P + 1)), ("p, of order 4", le(P)), ("1 with the sign of x = 0 set", le(1 | 1 << 255)), ("p - 1 with the sign of x = 0 set", le(P - 1 | 1 << 255)), ("2^255 - 1", le(2**255 - 1))):
        r = 5
        Rb = encode(times(r, B))
        case("A's encoding is not canonical: " + name, False, encoded, message, Rb + le(r))
    # R of small order: with r = 0 the equation holds.
    k = h(encode((0, 1)), key.public, message)
    case("R is the neutral element: the equation holds", False, key.public, message, encode((0, 1)) + le(k * key.s % L), "library")
    k = h(le(P + 1), key.public, message)
    case("R is the neutral element in another encoding", False, key.public, message, le(P + 1) + le(k * key.s % L))
    # Torsion that is added to R or to A: the equation holds after a multiplication by 8 alone.
    r = key.nonce(message)
    Rb = encode(add(times(r, B), small[1]))
    case("R has a component of order 8: the equation holds times 8", False, key.public, message, Rb + le((r + h(Rb, key.public, message) * key.s) % L), "library")
    mixed = encode(add(key.point, small[1]))
    done = set()
    n = 0
    while len(done) < 2:
        n += 1
        text = b"%d" % n
        r = key.nonce(text)
        Rb = encode(times(r, B))
        k = h(Rb, mixed, text)
        exact = k % L % 8 == 0
        if exact not in done:
            done.add(exact)
            case("A has a component of order 8: the equation holds " + ("as it stands" if exact else "times 8"), exact, mixed, text, Rb + le((r + k * key.s) % L), "library")
    return out


# --- ECDSA over P-256 with SHA-256 (SEC 1), signatures in DER
P2 = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B2 = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def plus(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P2 == 0:
        return None
    m = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P2) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P2)
    x = (m * m - a[0] - b[0]) % P2
    return x, (m * (a[0] - x) - a[1]) % P2


def mul(k, a):
    r, k = None, k % N
    while k:
        if k & 1:
            r = plus(r, a)
        a, k = plus(a, a), k >> 1
    return r


def spki(point, lead=b"\x04"):
    return bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + lead + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def integer(n):
    body = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def sequence(body):
    return b"\x30" + bytes([len(body)]) + body


def der(r, s):
    return sequence(integer(r) + integer(s))


def ecdsa():
    out = []

    def case(name, valid, key, message, signature, source="standard"):
        out.append({"name": name, "valid": valid, "source": source, "key": key.hex(), "message": message.hex(), "signature": signature.hex()})

    d = int.from_bytes(hashlib.sha256(b"a publisher").digest(), "big") % N
    Q = mul(d, G)
    message = b"a manifest"
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    k = int.from_bytes(hashlib.sha256(b"a nonce, for vectors alone").digest(), "big") % N
    r = mul(k, G)[0] % N
    s = pow(k, -1, N) * (e + r * d) % N
    s = min(s, N - s)
    key, good = spki(Q), der(r, s)
    case("an ordinary signature", True, key, message, good)
    case("n - s: the other of two that are equally right", True, key, message, der(r, N - s))
    case("another message", False, key, b"a manifesu", good)
    case("another key", False, spki(mul(d + 1, G)), message, good)
    for name, a, b in (
        ("r = 0", 0, s), ("s = 0", r, 0), ("r = s = 0", 0, 0), ("r = n", N, s), ("s = n", r, N), ("r + n", r + N, s), ("s + n", r, s + N), ("r = p", P2, s),
        ("r = 2^256 - 1", 2**256 - 1, s), ("s = 2^256 - 1", r, 2**256 - 1), ("r + 2^256", r + 2**256, s), ("r = s = 1", 1, 1), ("n - r", N - r, s), ("r and s exchanged", s, r),
        ("r of 100 bytes", r + 2**792, s), ("s = 1", r, 1), ("s = n - 1", r, N - 1), ("r = n - 1", N - 1, s)):
        case(name, False, key, message, der(a, b))
    case("r is negative", False, key, message, sequence(b"\x02\x20" + ((1 << 255) | r).to_bytes(32, "big") + integer(s)))
    case("-r", False, key, message, sequence(b"\x02\x21" + (2**264 - r).to_bytes(33, "big") + integer(s)))
    case("-s", False, key, message, sequence(integer(r) + b"\x02\x21" + (2**264 - s).to_bytes(33, "big")))

    # Other encodings of the same two numbers: BER, and bytes that belong to nothing.
    R, S = integer(r), integer(s)
    wide = lambda i: b"\x02" + bytes([i[1] + 1]) + b"\0" + i[2:]
    body = R + S
    case("BER: a zero before r", False, key, message, sequence(wide(R) + S))
    case("BER: a zero before s", False, key, message, sequence(R + wide(S)))
    case("BER: the length of the sequence in two bytes", False, key, message, b"\x30\x81" + bytes([len(body)]) + body)
    case("BER: the length of the sequence in three bytes", False, key, message, b"\x30\x82\x00" + bytes([len(body)]) + body)
    case("BER: the length of r in two bytes", False, key, message, sequence(b"\x02\x81" + R[1:] + S))
    case("BER: a sequence of indefinite length", False, key, message, b"\x30\x80" + body + b"\0\0")
    case("a byte behind", False, key, message, good + b"\0")
    case("another signature behind", False, key, message, good + good)
    case("a byte behind s, inside the sequence", False, key, message, sequence(body + b"\0"))
    case("NULL behind s, inside the sequence", False, key, message, sequence(body + b"\x05\0"))
    case("three integers", False, key, message, sequence(body + integer(1)))
    case("one integer", False, key, message, sequence(R))
    case("an empty sequence", False, key, message, sequence(b""))
    case("integers of no bytes", False, key, message, sequence(b"\x02\0\x02\0"))
    case("a set", False, key, message, b"\x31" + good[1:])
    case("r is an octet string", False, key, message, sequence(b"\x04" + R[1:] + S))
    case("s is a real number", False, key, message, sequence(R + b"\x09" + S[1:]))
    case("the sequence says it is longer", False, key, message, b"\x30" + bytes([len(body) + 1]) + body)
    case("the sequence says it is shorter", False, key, message, b"\x30" + bytes([len(body) - 1]) + body)
    case("the sequence says it has 2^31 bytes", False, key, message, b"\x30\x84\x80\0\0\0" + body)
    case("r and s as 64 bytes", False, key, message, r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    for length in (0, 1, 2, 10, len(good) // 2, len(good) - 1):
        case("the first %d bytes" % length, False, key, message, good[:length])

    # The equation at its edges.
    r0 = -e * pow(d, -1, N) % N
    case("u1 G + u2 Q is the point at infinity", False, key, message, der(r0, 5))
    x = N
    while True:
        x += 1
        y2 = (x**3 - 3 * x + B2) % P2
        y = pow(y2, (P2 + 1) // 4, P2)
        if y * y % P2 == y2:
            break
    far, s1 = (x, y), 7
    other = mul(pow(x - N, -1, N), plus(mul(s1, far), mul(N - e % N, G)))
    case("x is above n, and r is x - n", True, spki(other), message, der(x - N, s1))
    case("x is above n, and r is x", False, spki(other), message, der(x, s1))
    return out


def keys():
    d = int.from_bytes(hashlib.sha256(b"a publisher").digest(), "big") % N
    Q = mul(d, G)
    good = spki(Q)
    head = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    infinity = sequence(head + b"\x03\x02\0\0")
    compressed = sequence(head + b"\x03\x22\0" + bytes([2 + Q[1] % 2]) + Q[0].to_bytes(32, "big"))
    return [
        {"name": "an ordinary key", "valid": True, "key": good.hex()},
        {"name": "a point that is not on the curve", "valid": False, "key": spki((Q[0], (Q[1] + 1) % P2)).hex()},
        {"name": "x = y = 0", "valid": False, "key": spki((0, 0)).hex()},
        {"name": "x is not below p", "valid": False, "key": spki((2**256 - 1, Q[1])).hex()},
        {"name": "the point at infinity", "valid": False, "key": infinity.hex()},
        {"name": "a compressed point", "valid": False, "key": compressed.hex()},
        {"name": "a byte behind", "valid": False, "key": (good + b"\0").hex()},
        {"name": "cut off", "valid": False, "key": good[:-1].hex()},
        {"name": "another lead than 04", "valid": False, "key": spki(Q, b"\x05").hex()},
        {"name": "secp256k1's name over the same point", "valid": False, "key": good.hex().replace("06082a8648ce3d030107", "06052b8104000a").replace("3059301306", "3056301006", 1)},
        {"name": "Ed25519's", "valid": False, "key": "302a300506032b6570032100" + Key(bytes(32)).public.hex()},
    ]


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    for name, value in (("ed25519", {"signatures": ed25519()}), ("ecdsa", {"keys": keys(), "signatures": ecdsa()})):
        with open(os.path.join(here, name + ".json"), "w", newline="\n") as file:
            json.dump(value, file, indent=1)
            file.write("\n")
