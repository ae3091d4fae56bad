"""The hashes of the keys of the runtime's maps, which decide the order in which it iterates."""

from hashlib import blake2b

ACCOUNT_BYTES = 32
HASH_BYTES = 16
MASK = 2**64 - 1
PRIMES = (
    11400714785074694791,
    14029467366897019727,
    1609587929392839161,
    9650029242287828579,
    2870177450012600261,
)


def blake2_128_concat(encoded: bytes) -> bytes:
    """Return a key as it is stored in a map whose hasher is ``Blake2_128Concat``."""
    return blake2b(encoded, digest_size=HASH_BYTES).digest() + encoded


def blake2_256_of_account(account: int) -> bytes:
    """Return the ``Blake2_256`` hash of an account."""
    return blake2b(account.to_bytes(ACCOUNT_BYTES, "little"), digest_size=ACCOUNT_BYTES).digest()


def twox_64_concat(encoded: bytes) -> bytes:
    """Return a key as it is stored in a map whose hasher is ``Twox64Concat``."""
    return xxh64(encoded).to_bytes(8, "little") + encoded


def xxh64(data: bytes) -> int:
    """Return the XXH64 hash of some bytes, with the seed 0.

    >>> f"{xxh64(b''):x}"
    'ef46db3751d8e999'
    """
    first, second, third, fourth, fifth = PRIMES
    whole = len(data) // 32 * 32
    if whole:
        lanes = [(first + second) & MASK, second, 0, -first & MASK]
        for start in range(0, whole, 32):
            for index in range(4):
                lanes[index] = _round(lanes[index], _word(data, start + 8 * index))
        total = sum(_rotated(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
        for lane in lanes:
            total = ((total ^ _round(0, lane)) * first + fourth) & MASK
    else:
        total = fifth
    total = (total + len(data)) & MASK
    place = whole
    while place + 8 <= len(data):
        total = (_rotated(total ^ _round(0, _word(data, place)), 27) * first + fourth) & MASK
        place += 8
    if place + 4 <= len(data):
        word = int.from_bytes(data[place : place + 4], "little")
        total = (_rotated(total ^ (word * first & MASK), 23) * second + third) & MASK
        place += 4
    for byte in data[place:]:
        total = _rotated(total ^ (byte * fifth & MASK), 11) * first & MASK
    total = (total ^ total >> 33) * second & MASK
    total = (total ^ total >> 29) * third & MASK
    return total ^ total >> 32


def _word(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 8], "little")


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & MASK


def _round(lane: int, word: int) -> int:
    first, second, *_ = PRIMES
    return _rotated((lane + word * second) & MASK, 31) * first & MASK
