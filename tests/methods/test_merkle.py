"""The tree of RFC 9162: the reference vectors of Certificate Transparency, and what must hold for any tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.methods import merkle
from jingzhun.methods.merkle import Growing, Node, Range

# The test tree of the reference implementations (certificate-transparency, certificate-transparency-go, RFC 6962).
LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
B = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
CD = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
ABCD = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
E = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
EF = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
GH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
EFGH = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
AB = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"

sizes = st.integers(1, 200)


def hashes(number: int) -> list[bytes]:
    return [merkle.leaf_hash(str(each).encode()) for each in range(number)]


def reader(leaves, stride: int = 1):
    """Reads nodes of a tree of which every `stride`-th level is kept."""
    kept = {Node(0, index): leaf for index, leaf in enumerate(leaves)}
    tree = Growing()
    for leaf in leaves:
        kept |= {node: made for node, made in tree.append(leaf) if node.level % stride == 0}

    def read(nodes):
        return [merkle.raised([kept[part] for part in merkle.lowered(node, stride)]) for node in nodes]

    return read


REFERENCE = [merkle.leaf_hash(data) for data in LEAVES]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_tree_has_its_published_roots(size):
    assert merkle.root_of(REFERENCE[:size]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("position", "size", "path"),
    [(0, 1, []), (0, 8, [B, CD, EFGH]), (5, 8, [E, GH, ABCD]), (2, 3, [AB]), (1, 5, [A, CD, E])],
)
def test_inclusion_in_the_reference_tree_is_proved_by_the_published_paths(position, size, path):
    proof = merkle.inclusion_proof(position, size, reader(REFERENCE))
    assert [each.hex() for each in proof] == path
    assert merkle.includes(REFERENCE[position], position, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [(1, 1, []), (1, 8, [B, CD, EFGH]), (6, 8, [EF, GH, ABCD]), (2, 5, [CD, E]), (3, 7, None), (4, 8, [EFGH])],
)
def test_growth_of_the_reference_tree_is_proved_by_the_published_paths(old, new, path):
    proof = merkle.consistency_proof(old, new, reader(REFERENCE))
    assert path is None or [each.hex() for each in proof] == path
    assert merkle.consistent(old, new, *(bytes.fromhex(ROOTS[size - 1]) for size in (old, new)), proof)


def test_every_proof_of_a_small_tree_holds_and_for_no_other_place():
    leaves = hashes(33)
    read = reader(leaves, 4)
    for size in range(1, 34):
        root = merkle.root_of(leaves[:size])
        for position in range(size):
            proof = merkle.inclusion_proof(position, size, read)
            held = [at for at in range(size) if merkle.includes(leaves[position], at, size, proof, root)]
            assert held == [position]
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(old, size, read)
            assert merkle.consistent(old, size, merkle.root_of(leaves[:old]), root, proof)


@given(size=sizes, data=st.data())
def test_no_bit_of_an_inclusion_proof_can_be_flipped(size, data):
    leaves = hashes(size)
    position = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(position, size, reader(leaves))
    root = merkle.root_of(leaves)
    assert merkle.includes(leaves[position], position, size, proof, root)
    parts = [leaves[position], root, *proof]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = flipped(parts[which], bit)
    assert not merkle.includes(parts[0], position, size, parts[2:], parts[1])
    assert not merkle.includes(leaves[position], position, size, [*proof, root], root)
    assert not proof or not merkle.includes(leaves[position], position, size, proof[:-1], root)


@given(size=sizes, data=st.data())
def test_no_bit_of_a_consistency_proof_can_be_flipped(size, data):
    leaves = hashes(size)
    old = data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(old, size, reader(leaves, 4))
    parts = [merkle.root_of(leaves[:old]), merkle.root_of(leaves), *proof]
    assert merkle.consistent(old, size, parts[0], parts[1], parts[2:])
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[which] = flipped(parts[which], bit)
    assert not merkle.consistent(old, size, parts[0], parts[1], parts[2:])
    assert not merkle.consistent(old, size, *parts[:2], [*proof, parts[1]])


@given(size=st.integers(0, 300), more=st.integers(0, 50))
def test_a_tree_goes_on_from_its_peaks_as_if_it_had_never_stopped(size, more):
    leaves = hashes(size + more)
    read = reader(leaves, 4)
    tree = Growing(size, read(merkle.peaks_of(size)))
    for leaf in leaves[size:]:
        tree.append(leaf)
    assert tree.root == merkle.root_of(leaves)


@given(size=st.integers(1, 1 << 40), data=st.data())
def test_a_proof_needs_few_nodes_however_large_the_tree(size, data):
    position, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    for ranges in (merkle.inclusion_ranges(position, size), merkle.consistency_ranges(old, size)):
        nodes = [node for leaves in ranges for node in merkle.nodes_of(leaves)]
        assert len(nodes) <= 2 * size.bit_length()
        assert all((node.nth + 1) << node.level <= size for node in nodes), "a node over leaves that are not there"


@pytest.mark.parametrize(
    ("ask", "of"),
    [
        (merkle.inclusion_ranges, (8, 8)),
        (merkle.inclusion_ranges, (-1, 8)),
        (merkle.consistency_ranges, (0, 8)),
        (merkle.consistency_ranges, (9, 8)),
    ],
)
def test_what_cannot_be_proved_is_refused(ask, of):
    with pytest.raises(ValueError, match="no "):
        ask(*of)


def test_nothing_is_proved_by_an_empty_old_tree_or_by_an_empty_proof():
    root = merkle.root_of(REFERENCE)
    assert not merkle.consistent(0, 8, merkle.EMPTY_ROOT, root, [])
    assert not merkle.consistent(4, 8, root, root, [])
    assert not merkle.includes(REFERENCE[0], 8, 8, [], root)
    assert merkle.nodes_of(Range(0, 0)) == []


def flipped(value: bytes, bit: int) -> bytes:
    return bytes(each ^ (1 << bit % 8 if at == bit // 8 else 0) for at, each in enumerate(value))
