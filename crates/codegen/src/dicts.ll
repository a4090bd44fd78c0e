; Dicts, as CPython 3.11 to 3.13 lay them out on 64-bit machines:
;
;   dict   16 length   32 keys   40 values, of an instance's that shares its keys
;   keys    8 log2 of the number of slots (8 bits)   9 log2 of the bytes that the slots take (8 bits)
;          10 1 where all keys are strings (8 bits)
;          32 the slots: the number of an entry, or below zero; 8 bits each, of up to 128 slots
;             behind them the entries, of strings: key, value
;   str    24 hash, -1 before it was asked for

declare ptr @lh_py_find1(ptr, i64, i64) nounwind

; What stands behind a key, a tag and bits. A string that is the very key where its hash leads to at once is found here, all else in the extension.
define internal ptr @lh.find(ptr %dict, i64 %tag, i64 %bits) nounwind {
  %is.object = icmp eq i64 %tag, 6
  br i1 %is.object, label %object, label %other
object:
  %key = inttoptr i64 %bits to ptr
  %type.at = getelementptr i8, ptr %key, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.text = icmp eq ptr %type, @lh_type_str
  br i1 %is.text, label %text, label %other
text:
  %hash.at = getelementptr i8, ptr %key, i64 24
  %hash = load i64, ptr %hash.at, align 8
  %keys.at = getelementptr i8, ptr %dict, i64 32
  %keys = load ptr, ptr %keys.at, align 8
  %values.at = getelementptr i8, ptr %dict, i64 40
  %values = load ptr, ptr %values.at, align 8
  %shape.at = getelementptr i8, ptr %keys, i64 8
  %shape = load i32, ptr %shape.at, align 8
  %kind = and i32 %shape, 16711680
  %is.of.strings = icmp eq i32 %kind, 65536
  %has.no.values = icmp eq ptr %values, null
  %has.hash = icmp ne i64 %hash, -1
  %log2 = and i32 %shape, 255
  %is.small = icmp ult i32 %log2, 8
  %plain = and i1 %is.of.strings, %has.no.values
  %known = and i1 %has.hash, %is.small
  %here = and i1 %plain, %known
  br i1 %here, label %look, label %other
look:
  %log2.wide = zext i32 %log2 to i64
  %size = shl i64 1, %log2.wide
  %mask = sub i64 %size, 1
  %slot = and i64 %hash, %mask
  %slots = getelementptr i8, ptr %keys, i64 32
  %index.at = getelementptr i8, ptr %slots, i64 %slot
  %index = load i8, ptr %index.at, align 1
  %is.taken = icmp sge i8 %index, 0
  br i1 %is.taken, label %taken, label %other
taken:
  %shape.high = lshr i32 %shape, 8
  %log2.bytes = and i32 %shape.high, 255
  %log2.bytes.wide = zext i32 %log2.bytes to i64
  %bytes = shl i64 1, %log2.bytes.wide
  %entries = getelementptr i8, ptr %slots, i64 %bytes
  %index.wide = zext i8 %index to i64
  %offset = shl i64 %index.wide, 4
  %entry = getelementptr i8, ptr %entries, i64 %offset
  %found = load ptr, ptr %entry, align 8
  %is.it = icmp eq ptr %found, %key
  br i1 %is.it, label %it, label %other
it:
  %value.at = getelementptr i8, ptr %entry, i64 8
  %value = load ptr, ptr %value.at, align 8
  ret ptr %value
other:
  %answer = call ptr @lh_py_find1(ptr %dict, i64 %tag, i64 %bits)
  ret ptr %answer
}
