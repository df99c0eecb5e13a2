"""
A policy's modules, as section 5 of policy.md has them: what a module may be, how it is run, what it costs. Integers alone,
interpreted one instruction after the other. A module whose instructions do not fit their operands' types is not told from a
valid one: it breaks off.
"""

import hashlib

BYTES_MAX = 65_536
PAGE = 65_536
CALL_DEPTH_MAX = 64
LOCALS_MAX = 256
PARAMETERS_MAX = 16
NESTING_MAX = 64
FUNCTIONS_MAX = 1_024
PARTS_MAX = 256
TABLE_ENTRIES_MAX = 16
REASON_BYTES_MAX = 1_000
PAGE_GAS = 4_096
BYTES_PER_GAS = 16
I32, I64 = 0x7F, 0x7E
FREE = {0x05, 0x0B}
ALLOWED = {opcode for first, last in (
    (0x00, 0x05), (0x0B, 0x10), (0x1A, 0x1B), (0x20, 0x24), (0x28, 0x29), (0x2C, 0x37), (0x3A, 0x3F), (0x41, 0x42),
    (0x45, 0x5A), (0x67, 0x8A), (0xA7, 0xA7), (0xAC, 0xAD), (0xC0, 0xC4)) for opcode in range(first, last + 1)}
LOADS = {  # bytes, signed
    0x28: (4, False), 0x29: (8, False), 0x2C: (1, True), 0x2D: (1, False), 0x2E: (2, True), 0x2F: (2, False),
    0x30: (1, True), 0x31: (1, False), 0x32: (2, True), 0x33: (2, False), 0x34: (4, True), 0x35: (4, False)}
STORES = {0x36: 4, 0x37: 8, 0x3A: 1, 0x3B: 2, 0x3C: 1, 0x3D: 2, 0x3E: 4}
EXTENSIONS = {0xC0: (8, 32), 0xC1: (16, 32), 0xC2: (8, 64), 0xC3: (16, 64), 0xC4: (32, 64), 0xAC: (32, 64)}


class Refused(Exception):
    """An envelope that a module does not let pass: the reason, and the module's own words or None."""

    def __init__(self, reason, words=None):
        super().__init__(reason)
        self.reason, self.words = reason, words


class Trap(Exception):
    """The module broke off."""


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        _need(self.at < len(self.data), "its end")
        self.at += 1
        return self.data[self.at - 1]

    def bytes(self, count):
        _need(self.at + count <= len(self.data), "its end")
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self):
        value = shift = 0
        while True:
            one = self.byte()
            value |= (one & 0x7F) << shift
            shift += 7
            if not one & 0x80:
                _need(value < 1 << 32, "an integer")
                return value

    def signed(self):
        value = shift = 0
        while True:
            one = self.byte()
            value |= (one & 0x7F) << shift
            shift += 7
            if not one & 0x80:
                return value - (1 << shift) if one & 0x40 else value

    def vector(self, read):
        return [read() for _ in range(self.unsigned())]

    def name(self):
        return self.bytes(self.unsigned()).decode("utf-8")


class Module:
    """A module of a policy; ValueError for bytes that can be no rule."""

    def __init__(self, data, rule):
        _need(len(data) <= BYTES_MAX, "at most %d bytes" % BYTES_MAX)
        _need(hashlib.sha256(data).hexdigest() == rule["sha256"], "its hash")
        self.gas_max = rule["gas_max"]
        self.types, self.functions, self.exports, self.bodies, self.globals, self.segments = [], [], {}, [], [], []
        self.pages = None
        reader = _Reader(data)
        _need(reader.bytes(8) == b"\0asm\1\0\0\0", "a module of version 1")
        while reader.at < len(data):
            number, content = reader.byte(), _Reader(reader.bytes(reader.unsigned()))
            self._section(number, content, rule["memory_pages_max"])
        _need(self.pages is not None, "one memory")
        _need(len(self.functions) == len(self.bodies), "a body for each function")
        _need(len(self.functions) <= FUNCTIONS_MAX, "at most %d functions" % FUNCTIONS_MAX)
        _need(self.exports.get("memory") == (2, 0), "an export memory")
        self.input = self._function("input", [I32], [I32])
        self.evaluate = self._function("evaluate", [I32] * 4, [I64])
        self._depths()

    # ------------------------------------------------------------ what it may be

    def _section(self, number, content, pages_max):
        if number == 1:
            self.types = content.vector(lambda: self._type(content))
        elif number == 2:
            _need(content.unsigned() == 0, "no imports")
        elif number == 3:
            self.functions = content.vector(content.unsigned)
            _need(all(index < len(self.types) for index in self.functions), "types")
        elif number == 4:
            tables = content.vector(lambda: (content.byte(), self._limits(content)))
            _need(len(tables) <= 1 and all(limits[1] <= TABLE_ENTRIES_MAX for _, limits in tables), "at most one small table")
        elif number == 5:
            memories = content.vector(lambda: self._limits(content))
            _need(len(memories) == 1 and memories[0][0] in (0, 1) and 1 <= memories[0][1] <= pages_max, "one memory")
            self.pages = memories[0][1]
        elif number == 6:
            self.globals = content.vector(lambda: self._global(content))
            _need(len(self.globals) <= PARTS_MAX, "at most %d globals" % PARTS_MAX)
        elif number == 7:
            for name, kind, index in content.vector(lambda: (content.name(), content.byte(), content.unsigned())):
                self.exports[name] = (kind, index)
            _need(len(self.exports) <= PARTS_MAX, "at most %d exports" % PARTS_MAX)
        elif number == 9:
            _need(content.unsigned() == 0, "no elements")
        elif number == 10:
            self.bodies = content.vector(lambda: self._body(_Reader(content.bytes(content.unsigned())), content))
        elif number == 11:
            self.segments = content.vector(lambda: self._segment(content))
            _need(len(self.segments) <= PARTS_MAX, "at most %d data segments" % PARTS_MAX)
        else:
            _need(number in (0, 12), "no start function, no exceptions")

    @staticmethod
    def _type(content):
        _need(content.byte() == 0x60, "a type")
        return content.vector(content.byte), content.vector(content.byte)

    @staticmethod
    def _limits(content):
        flags, least = content.byte(), content.unsigned()
        if flags & 1:
            content.unsigned()
        return flags, least

    @staticmethod
    def _constant(content):
        opcode = content.byte()
        _need(opcode in (0x41, 0x42), "a constant")
        value = content.signed()
        _need(content.byte() == 0x0B, "a constant")
        return value & (0xFFFFFFFF if opcode == 0x41 else (1 << 64) - 1)

    def _global(self, content):
        _need(content.byte() in (I32, I64), "integers")
        content.byte()
        return self._constant(content)

    def _segment(self, content):
        _need(content.unsigned() == 0, "data that is written at the start")
        return self._constant(content), content.bytes(content.unsigned())

    def _body(self, body, _):
        local_types = []
        for count, kind in body.vector(lambda: (body.unsigned(), body.byte())):
            _need(kind in (I32, I64), "integers alone")
            _need(count <= LOCALS_MAX, "at most %d locals" % LOCALS_MAX)
            local_types += [kind] * count
        code = []
        while body.at < len(body.data):
            opcode = body.byte()
            _need(opcode in ALLOWED, "no instruction %02X" % opcode)
            code.append((opcode, self._operand(opcode, body)))
        return len(local_types), code, _blocks(code)

    @staticmethod
    def _operand(opcode, body):
        if opcode in (0x02, 0x03, 0x04):
            operand = body.signed()
            _need(operand in (-64, -1, -2), "blocks without parameters, and with one integer as the result or none")
            return operand
        if opcode in (0x0C, 0x0D, 0x10) or 0x20 <= opcode <= 0x24:
            return body.unsigned()
        if opcode == 0x0E:
            return body.vector(body.unsigned), body.unsigned()
        if opcode in LOADS or opcode in STORES:
            body.unsigned()
            return body.unsigned()
        if opcode == 0x3F:
            return body.byte()
        return body.signed() if opcode in (0x41, 0x42) else None

    def _function(self, name, params, results):
        kind, index = self.exports.get(name, (None, None))
        _need(kind == 0 and self.types[self.functions[index]] == (params, results), "an export " + name)
        return index

    def _depths(self):
        for params, results in (self.types[index] for index in self.functions):
            _need(all(one in (I32, I64) for one in params + results), "integers alone")
            _need(len(params) <= PARAMETERS_MAX, "at most %d parameters" % PARAMETERS_MAX)
            _need(len(results) <= 1, "at most 1 result")
        for index in range(len(self.bodies)):
            _need(self._variables(index) <= LOCALS_MAX, "at most %d locals" % LOCALS_MAX)
        depths = [0] * len(self.bodies)
        for _ in range(CALL_DEPTH_MAX + 1):
            longer = [1 + max([depths[operand] for opcode, operand in code if opcode == 0x10], default=0) for _, code, _ in self.bodies]
            _need(max(longer) <= CALL_DEPTH_MAX, "no recursion")
            if longer == depths:
                return
            depths = longer
        raise ValueError("the module can be no rule: expected no recursion")

    # ------------------------------------------------------------ how it is run

    def run(self, envelope, parents):
        """
        Judges a statement and the canonical array of its parents' statements, both as bytes. Returns the reason of a
        refusal, or None; the module's words, or None; and the gas.
        """
        self.gas, self.memory, self.values = 0, bytearray(self.pages * PAGE), list(self.globals)
        try:
            self._evaluate(envelope, parents)
        except Refused as refused:
            return refused.reason, refused.words, self.gas
        except (Trap, IndexError, TypeError):
            return "POLICY_RULE_REFUSED", None, self.gas
        return None, None, self.gas

    def _evaluate(self, envelope, parents):
        for gas in (self.pages * PAGE_GAS, -(-len(envelope) // BYTES_PER_GAS), -(-len(parents) // BYTES_PER_GAS)):
            self._pay(gas)
        for offset, content in self.segments:
            if offset + len(content) > len(self.memory):
                raise Trap
            self.memory[offset:offset + len(content)] = content
        (at,) = self._call(self.input, [len(envelope) + len(parents)])
        if at + len(envelope) + len(parents) > len(self.memory):
            raise Refused("POLICY_RULE_REFUSED")
        self.memory[at:at + len(envelope) + len(parents)] = envelope + parents
        second = at + len(envelope)
        (result,) = self._call(self.evaluate, [at, len(envelope), second & 0xFFFFFFFF, len(parents)])
        if result:
            raise Refused("POLICY_RULE_REFUSED", self._words(result >> 32, result & 0xFFFFFFFF))

    def _words(self, at, length):
        if not 1 <= length <= REASON_BYTES_MAX or at + length > len(self.memory):
            return None
        try:
            return self.memory[at:at + length].decode("utf-8")
        except UnicodeDecodeError:
            return None

    def _pay(self, gas):
        self.gas += gas
        if self.gas > self.gas_max:
            raise Refused("OUT_OF_GAS")

    def _call(self, index, arguments):
        params, results = self.types[self.functions[index]]
        local_count, code, blocks = self.bodies[index]
        local, stack, at = arguments + [0] * local_count, [], 0
        labels = [(len(code), len(results), 0, False)]
        while at < len(code):
            opcode, operand = code[at]
            if opcode == 0x10:
                self._pay(1 + self._variables(operand))
            elif opcode not in FREE:
                self._pay(1)
            here, at = at, at + 1
            if opcode in (0x02, 0x03, 0x04):
                orelse, end = blocks[here]
                if opcode == 0x04 and not stack.pop():
                    if orelse is None:
                        at = end + 1
                        continue
                    at = orelse + 1
                gives = 0 if operand == -64 else 1
                labels.append((here + 1, 0, len(stack), True) if opcode == 0x03 else (end + 1, gives, len(stack), False))
            elif opcode == 0x05:
                at = labels.pop()[0]
            elif opcode == 0x0B:
                labels.pop()
            elif opcode in (0x0C, 0x0D, 0x0E, 0x0F):
                if opcode == 0x0D and not stack.pop():
                    continue
                depth = operand
                if opcode == 0x0E:
                    chosen = stack.pop()
                    depth = operand[0][chosen] if chosen < len(operand[0]) else operand[1]
                elif opcode == 0x0F:
                    depth = len(labels) - 1
                at, arity, height, is_loop = labels[len(labels) - 1 - depth]
                kept = stack[len(stack) - arity:]
                del stack[height:]
                stack += kept
                del labels[len(labels) - depth - (0 if is_loop else 1):]
            elif opcode == 0x10:
                count = len(self.types[self.functions[operand]][0])
                given = stack[len(stack) - count:]
                del stack[len(stack) - count:]
                stack += self._call(operand, given)
            else:
                self._simple(opcode, operand, stack, local)
        return stack[len(stack) - len(results):]

    def _variables(self, index):
        return len(self.types[self.functions[index]][0]) + self.bodies[index][0]

    def _simple(self, opcode, operand, stack, local):
        if opcode == 0x00:
            raise Trap
        if opcode == 0x1A:
            stack.pop()
        elif opcode == 0x1B:
            condition, second, first = stack.pop(), stack.pop(), stack.pop()
            stack.append(first if condition else second)
        elif opcode == 0x20:
            stack.append(local[operand])
        elif opcode == 0x21:
            local[operand] = stack.pop()
        elif opcode == 0x22:
            local[operand] = stack[-1]
        elif opcode == 0x23:
            stack.append(self.values[operand])
        elif opcode == 0x24:
            self.values[operand] = stack.pop()
        elif opcode in LOADS:
            size, is_signed = LOADS[opcode]
            at = self._address(stack.pop(), operand, size)
            value = int.from_bytes(self.memory[at:at + size], "little", signed=is_signed)
            stack.append(value & (0xFFFFFFFF if opcode in (0x28, 0x2C, 0x2D, 0x2E, 0x2F) else (1 << 64) - 1))
        elif opcode in STORES:
            size, value = STORES[opcode], stack.pop()
            at = self._address(stack.pop(), operand, size)
            self.memory[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        elif opcode == 0x3F:
            stack.append(self.pages)
        elif opcode in (0x41, 0x42):
            stack.append(operand & (0xFFFFFFFF if opcode == 0x41 else (1 << 64) - 1))
        elif opcode in EXTENSIONS:
            bits, width = EXTENSIONS[opcode]
            stack.append(_signed(stack.pop() & ((1 << bits) - 1), bits) & ((1 << width) - 1))
        elif opcode == 0xA7:
            stack.append(stack.pop() & 0xFFFFFFFF)
        elif opcode != 0x01 and opcode != 0xAD:
            _number(opcode, stack)

    def _address(self, base, offset, size):
        if base + offset + size > len(self.memory):
            raise Trap
        return base + offset


def _number(opcode, stack):
    if opcode in (0x45, 0x50):
        stack.append(int(stack.pop() == 0))
    elif 0x46 <= opcode <= 0x4F or 0x51 <= opcode <= 0x5A:
        bits, number = (32, opcode - 0x46) if opcode <= 0x4F else (64, opcode - 0x51)
        second, first = stack.pop(), stack.pop()
        if number in (2, 4, 6, 8):
            first, second = _signed(first, bits), _signed(second, bits)
        stack.append(int((first == second, first != second, first < second, first < second, first > second, first > second,
                          first <= second, first <= second, first >= second, first >= second)[number]))
    else:
        bits, number = (32, opcode - 0x67) if opcode <= 0x78 else (64, opcode - 0x79)
        if number <= 2:
            value = stack.pop()
            stack.append((bits - value.bit_length(), (value & -value).bit_length() - 1 if value else bits,
                          bin(value).count("1"))[number])
        else:
            second, first = stack.pop(), stack.pop()
            stack.append(_arithmetic(number, first, second, bits) & ((1 << bits) - 1))


def _arithmetic(number, first, second, bits):
    if number <= 5:
        return (first + second, first - second, first * second)[number - 3]
    if number <= 9:
        if second == 0:
            raise Trap
        if number in (6, 8):
            first, second = _signed(first, bits), _signed(second, bits)
        quotient = abs(first) // abs(second) * (1 if (first < 0) == (second < 0) else -1)
        if number == 6 and quotient == 1 << bits - 1:
            raise Trap
        return quotient if number in (6, 7) else first - quotient * second
    if number <= 12:
        return (first & second, first | second, first ^ second)[number - 10]
    second %= bits
    if number == 13:
        return first << second
    if number == 14:
        return _signed(first, bits) >> second
    if number == 15:
        return first >> second
    return (first << second | first >> bits - second) if number == 16 else (first >> second | first << bits - second)


def _signed(value, bits):
    return value - (1 << bits) if value >> bits - 1 else value


def _blocks(code):
    """For each block, loop and if, by its place: where its else is, or None, and where its end."""
    found, open_ones = {}, []
    for at, (opcode, _) in enumerate(code):
        if opcode in (0x02, 0x03, 0x04):
            open_ones.append(at)
            found[at] = (None, None)
            _need(len(open_ones) <= NESTING_MAX, "at most %d blocks within each other" % NESTING_MAX)
        elif opcode == 0x05:
            _need(open_ones, "blocks")
            found[open_ones[-1]] = (at, None)
        elif opcode == 0x0B and open_ones:
            begin = open_ones.pop()
            found[begin] = (found[begin][0], at)
    _need(not open_ones, "blocks")
    return found


def _need(holds, what):
    if not holds:
        raise ValueError("the module can be no rule: expected %s" % what)
