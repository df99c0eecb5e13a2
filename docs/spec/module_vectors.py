"""Vectors of a policy's modules: which can be a rule, and what they say of envelopes for how much gas."""

import base64
import hashlib
import pathlib

import envelopes
import wasm
from jcs import canonical

EXAMPLES = pathlib.Path(__file__).resolve().parent / "../../config/src/main/resources/dev/canswarm/config/rules"
SEED = bytes(range(32))
I32, I64, F32 = 0x7F, 0x7E, 0x7D
EMPTY = 0x40
ALLOW = [0x42, 0]


def unsigned(value):
    out = []
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return out


def signed(value):
    out = []
    while True:
        low, value = value & 0x7F, value >> 7
        is_last = value == (-1 if low & 0x40 else 0)
        out.append(low if is_last else low | 0x80)
        if is_last:
            return out


def i32(value):
    return [0x41] + signed(value)


def i64(value):
    return [0x42] + signed(value)


def section(number, content):
    return [number] + unsigned(len(content)) + content


def vector(items):
    return unsigned(len(items)) + [byte for item in items for byte in item]


def export(name, kind, index):
    return unsigned(len(name)) + list(name.encode()) + [kind] + unsigned(index)


def assembled(evaluate=ALLOW, locals_=(), input_=i32(1024), functions=(), pages=(1,), memories=1, before=(), after=(), data=(), globals_=(),
              names=("memory", "input", "evaluate"), further=(), called=None, exports=0):
    """
    A module of functions `input` and `evaluate`, and of further ones from i32 to i32. `locals_` are types of `evaluate`'s,
    `before` and `after` sections before the exports' and before the code's. `further` are parameters and results of type 2,
    `called` is the body of a function of this type with the local variables of `locals_`, `exports` how many more there are.
    """
    bodies = [((), input_), (locals_, evaluate)] + [((), body) for body in functions]
    types = [[0x60] + vector([[I32]]) + vector([[I32]]), [0x60] + vector([[I32]] * 4) + vector([[I64]])]
    indices = [[0], [1]] + [[0]] * len(functions)
    if further:
        types.append([0x60] + vector([[one] for one in further[0]]) + vector([[one] for one in further[1]]))
    if called is not None:
        bodies, indices = [((), input_), ((), evaluate), (locals_, called)], [[0], [1], [2]]
    code = [vector([[1, kind] for kind in kinds]) + list(body) + [0x0B] for kinds, body in bodies]
    limits = [0] + unsigned(pages[0]) if len(pages) == 1 else [1] + unsigned(pages[0]) + unsigned(pages[1])
    out = list(b"\0asm\1\0\0\0") + section(1, vector(types)) + list(before)
    out += section(3, vector(indices))
    out += section(5, vector([limits] * memories)) if memories else []
    out += section(6, vector([[kind, 1] + value + [0x0B] for kind, value in globals_])) if globals_ else []
    out += section(7, vector([export(names[0], 2, 0), export(names[1], 0, 0), export(names[2], 0, 1)]
                             + [export("further-%d" % n, 0, 0) for n in range(exports)]))
    out += list(after) + section(10, vector([unsigned(len(body)) + body for body in code]))
    out += section(11, vector([[0] + i32(at) + [0x0B] + vector([[byte] for byte in content]) for at, content in data])) if data else []
    return bytes(out)


def refusing(at, length):
    return i64(at << 32 | length)


def digest():
    """
    Mixes every byte of the input by operations of both widths, and refuses with 16 letters that show the result: so the
    words depend on all of them.
    """
    at, end, mixed = 4, 5, 6  # locals: i32, i32, i64
    step = [0x20, at, 0x2D, 0, 0, 0xAD]                                      # the byte, as i64
    step += [0x20, mixed, 0x85] + i64(0x100000001B3) + [0x7E, 0x21, mixed]   # xor, mul
    step += [0x20, mixed] + i64(13) + [0x89, 0x20, mixed] + i64(7) + [0x87, 0x7C, 0x21, mixed]   # rotl + shr_s
    step += [0x20, mixed] + i64(1000003) + [0x82, 0x20, mixed] + i64(-7) + [0x7F, 0x85, 0x20, mixed, 0x85, 0x21, mixed]  # rem_u, div_s
    step += [0x20, mixed, 0xA7, 0x68, 0xAC, 0x20, mixed, 0x7B, 0x7D, 0x20, mixed, 0x7C, 0x21, mixed]  # ctz, popcnt
    step += [0x20, mixed, 0xC3, 0x20, mixed, 0xA7, 0xC0, 0xAC, 0x84, 0x20, mixed, 0x85, 0x21, mixed]  # sign extensions
    step += [0x20, mixed, 0xA7, 0x20, at] + i32(3) + [0x6F, 0x76, 0x20, mixed, 0xA7, 0x78, 0xAD, 0x20, mixed, 0x7C, 0x21, mixed]  # rem_s, shr_u, rotr
    step += [0x20, mixed, 0x20, mixed] + i64(0) + [0x53, 0x04, 0x7E] + i64(1) + [0x05] + i64(2) + [0x0B, 0x7C, 0x21, mixed]  # if
    body = [0x20, 0, 0x21, at, 0x20, 0, 0x20, 3, 0x20, 1, 0x6A, 0x6A, 0x21, end]
    body += i64(-3750763034362895579) + [0x21, mixed]
    body += [0x02, EMPTY, 0x03, EMPTY, 0x20, at, 0x20, end, 0x4F, 0x0D, 1] + step
    body += [0x20, at] + i32(1) + [0x6A, 0x21, at, 0x0C, 0, 0x0B, 0x0B]
    body += i32(0) + [0x21, at, 0x03, EMPTY]
    body += [0x20, at, 0x20, mixed] + i64(15) + [0x83, 0xA7] + i32(97) + [0x6A, 0x3A, 0, 16]  # store8 at 16 + at
    body += [0x20, mixed] + i64(4) + [0x88, 0x21, mixed, 0x20, at] + i32(1) + [0x6A, 0x22, at] + i32(16) + [0x49, 0x0D, 0, 0x0B]
    return assembled(evaluate=body + refusing(16, 16), locals_=(I32, I32, I64))


def chosen():
    """A table of branches by the length of the input, a call, a variable of the module, and a choice."""
    body = [0x02, EMPTY, 0x02, EMPTY, 0x02, EMPTY, 0x20, 1] + i32(3) + [0x71, 0x0E, 2, 0, 1, 2, 0x0B]
    body += [0x23, 0] + i32(1) + [0x6A, 0x24, 0, 0x0B, 0x23, 0] + i32(2) + [0x6A, 0x24, 0, 0x0B]
    body += [0x23, 0, 0x10, 2, 0x24, 0]
    body += refusing(32, 9) + i64(0) + [0x23, 0] + i32(1) + [0x71, 0x1B]
    return assembled(evaluate=body, functions=[[0x20, 0] + i32(5) + [0x6C]], globals_=[(I32, i32(1))], data=[(32, b"it is odd")])


def calls(depth):
    """Functions that call each other in a row, `evaluate` included."""
    functions = [[0x20, 0, 0x10] + unsigned(3 + n) for n in range(depth - 2)] + [[0x20, 0]]
    return assembled(evaluate=i32(1) + [0x10, 2, 0x1A] + ALLOW, functions=functions)


def modules():
    """Bytes by a comment, each with the number of pages that the rule allows and whether they can be a rule."""
    example = lambda name: (EXAMPLES / (name + ".wasm")).read_bytes()
    yield "the example short", example("short"), 2, True
    yield "the example known-artifact", example("known-artifact"), 2, True
    yield "known-artifact in one page", example("known-artifact"), 1, False
    yield "allows everything", assembled(), 1, True
    yield "mixes its input", digest(), 1, True
    yield "branches, calls and chooses", chosen(), 1, True
    yield "breaks off", assembled(evaluate=[0x00]), 1, True
    yield "divides by zero", assembled(evaluate=i64(1) + i64(0) + [0x7F]), 1, True
    yield "divides the least integer by -1", assembled(evaluate=i64(-1 << 63) + i64(-1) + [0x7F]), 1, True
    yield "reads beyond its memory", assembled(evaluate=i32(65533) + [0x28, 2, 0, 0xAD]), 1, True
    yield "never ends", assembled(evaluate=[0x03, EMPTY, 0x0C, 0, 0x0B] + ALLOW), 1, True
    yield "has no room", assembled(input_=i32(65535)), 1, True
    yield "breaks off when it is asked for room", assembled(input_=[0x00]), 1, True
    yield "says why", assembled(evaluate=refusing(8, 5), data=[(8, "né 1".encode())]), 1, True
    yield "gives a reason of no bytes", assembled(evaluate=refusing(8, 0)), 1, True
    yield "gives a reason of 1000 bytes", assembled(evaluate=refusing(8, 1000), data=[(8, b"x" * 1000)]), 1, True
    yield "gives a reason of 1001 bytes", assembled(evaluate=refusing(8, 1001), data=[(8, b"x" * 1001)]), 1, True
    yield "gives a reason that is no UTF-8", assembled(evaluate=refusing(8, 1), data=[(8, b"\xff")]), 1, True
    yield "gives a reason beyond its memory", assembled(evaluate=refusing(65530, 7)), 1, True
    yield "has a memory of two pages", assembled(pages=(2,)), 2, True
    yield "may have a memory of two pages at most, and has one", assembled(pages=(1, 2)), 1, True
    yield "calls 64 functions in a row", calls(64), 1, True
    yield "calls 65 functions in a row", calls(65), 1, False
    yield "calls itself", assembled(functions=[[0x20, 0, 0x10, 2]]), 1, False
    yield "no module", b"no module", 1, False
    yield "is cut off", assembled()[:-1], 1, False
    yield "has a memory of too many pages", assembled(pages=(2,)), 1, False
    yield "has no memory", assembled(memories=0), 1, False
    yield "exports another name", assembled(names=("memory", "input", "judge")), 1, False
    yield "exports another type", assembled(names=("memory", "evaluate", "input")), 1, False
    yield "imports a function", assembled(before=section(2, vector([[1, 97, 1, 98, 0, 0]]))), 1, False
    yield "has a function that starts it", assembled(after=section(8, [0])), 1, False
    yield "has a local variable of 32 bits that is no integer", assembled(locals_=(F32,)), 1, False
    yield "has a constant that is no integer", assembled(evaluate=[0x43, 0, 0, 0, 0, 0x1A] + ALLOW), 1, False
    yield "grows its memory", assembled(evaluate=i32(1) + [0x40, 0, 0x1A] + ALLOW), 1, False
    yield "fills its memory at once", assembled(evaluate=i32(0) + i32(0) + i32(9) + [0xFC, 11, 0] + ALLOW), 1, False
    yield "has 256 local variables, its parameters included", assembled(locals_=(I32,) * 252), 1, True
    yield "has 257 local variables, its parameters included", assembled(locals_=(I32,) * 253), 1, False


    yield "calls a function that has variables", assembled(
        evaluate=i32(7) + [0x10, 2] + ALLOW, locals_=(I64, I32), further=([I32], []), called=[]), 1, True
    yield "loops over empty blocks", assembled(evaluate=[0x03, EMPTY] + [0x02, EMPTY, 0x0B] * 100 + [0x0C, 0, 0x0B] + ALLOW), 1, True
    yield "has a function of 16 parameters", assembled(further=([I32] * 16, []), called=[]), 1, True
    yield "has a function of 17 parameters", assembled(further=([I32] * 17, []), called=[]), 1, False
    yield "has a function of two results", assembled(further=([], [I32] * 2), called=i32(0) * 2), 1, False
    for name, opcode in (("block", 0x02), ("loop", 0x03)):
        yield "has a %s with a parameter" % name, assembled(
            further=([I32], []), evaluate=i32(0) + [opcode, 2, 0x1A, 0x0B] + ALLOW), 1, False
    yield "has a block with two results", assembled(
        further=([], [I32] * 2), evaluate=[0x02, 2] + i32(0) * 2 + [0x0B, 0x1A, 0x1A] + ALLOW), 1, False
    yield "has a block with one result, by the number of a type", assembled(
        further=([], [I32]), evaluate=[0x02, 2] + i32(0) + [0x0B, 0x1A] + ALLOW), 1, False
    yield "has 64 blocks within each other", assembled(evaluate=[0x02, EMPTY] * 64 + [0x0B] * 64 + ALLOW), 1, True
    yield "has 65 blocks within each other", assembled(evaluate=[0x02, EMPTY] * 65 + [0x0B] * 65 + ALLOW), 1, False
    yield "has 1024 functions", assembled(functions=[i32(0)] * 1022), 1, True
    yield "has 1025 functions", assembled(functions=[i32(0)] * 1023), 1, False
    yield "has 256 globals", assembled(globals_=[(I32, i32(1))] * 256), 1, True
    yield "has 257 globals", assembled(globals_=[(I32, i32(1))] * 257), 1, False
    yield "has 256 data segments", assembled(data=[(8, b"x")] * 256), 1, True
    yield "has 257 data segments", assembled(data=[(8, b"x")] * 257), 1, False
    yield "has 256 exports", assembled(exports=253), 1, True
    yield "has 257 exports", assembled(exports=254), 1, False


def rule_of(data, pages, gas_max=1_000_000):
    return {"name": "rule", "sha256": hashlib.sha256(data).hexdigest(), "verbs": ["COMMIT"], "gas_max": gas_max, "memory_pages_max": pages}


def vectors(swarm_id):
    """Envelopes with their parents; and modules, with what those that can be rules say of the envelopes."""
    def say(kind, payload, **changes):
        fields = {"thread_id": "t", "kind": kind, "lamport": 7, "swarm_id": swarm_id, "need_id": "0" * 64,
                  "parents": ["0" * 64], "policy_engine_hash": "0" * 64}
        return envelopes.seal(dict(fields, **changes), payload, SEED)

    lease = {"task_id": "1" * 64, "attempt": 1, "token": 1}
    claim = say("CLAIM", lease)
    commit = lambda artifact, inputs=0: say(
        "COMMIT", dict(lease, artifact=artifact, inputs=["3" * 64] * inputs), lamport=8, parents=[claim["id"]])
    shown = {"a COMMIT": commit("2" * 64), "a COMMIT of {}": commit(hashlib.sha256(b"{}").hexdigest()),
             "a COMMIT of an input": commit("2" * 64, 1), "a COMMIT of 60 inputs": commit("2" * 64, 60)}
    rows = []
    for comment, data, pages, can_be in modules():
        row = {"comment": comment, "module": base64.b64encode(data).decode(), "rule": rule_of(data, pages), "can_be": can_be}
        rows.append(row)
        try:
            wasm.Module(data, row["rule"])
        except ValueError:
            assert not can_be, comment
            continue
        assert can_be, comment
        row["says"] = []
        for what in shown if len(rows) <= 6 else ["a COMMIT"]:
            envelope, parents = (canonical(envelopes.statement(shown[what])),
                                 canonical([envelopes.statement(claim)]))
            gas_max = row["rule"]["gas_max"]
            while True:
                reason, words, gas = wasm.Module(data, rule_of(data, pages, gas_max)).run(envelope, parents)
                row["says"].append({"of": what, "gas_max": gas_max, "reason": reason, "words": words, "gas": gas})
                if reason == "OUT_OF_GAS":
                    break
                gas_max = gas - 1  # once more with one gas less than it needs
    texts = {what: {"envelope": canonical(envelope).decode(), "parents": [canonical(claim).decode()]}
             for what, envelope in shown.items()}
    return {"envelopes": texts, "modules": rows}
