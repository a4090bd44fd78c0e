; Attributes of instances in place. Where CPython keeps them differs by version, and one of three functions finds them; a NULL says that they are
; not kept in the simple way, or may not be written to behind its back. The words of an attribute (`ir::AttributeLink`) are
;
;   0 its name   8 where it stands among the values, negative if that is not known yet   16 where the number of names of all instances stands
;
; What is not simple `frames/c/instance.c` does. `instance.rs` writes the rest.

declare ptr @lh_attribute_own(ptr, ptr) nounwind
declare i64 @lh_attribute_set(ptr, ptr, ptr) nounwind
declare i64 @lh_attribute_set_float(ptr, ptr, double) nounwind
declare i64 @lh_attribute_set_int(ptr, ptr, i64) nounwind
declare i64 @lh_attribute_is_absent(ptr, ptr) nounwind
@lh_none = external global i8
@lh_not_implemented = external global i8

; 3.11: a pointer before the object's head.
define internal ptr @lh.values.pointer(ptr %object) alwaysinline nounwind {
  %at = getelementptr i8, ptr %object, i64 -32
  %values = load ptr, ptr %at, align 8
  ret ptr %values
}

; 3.12: the same, unless it is a dict: then its lowest bit is not set.
define internal ptr @lh.values.tagged(ptr %object) alwaysinline nounwind {
  %at = getelementptr i8, ptr %object, i64 -24
  %word = load ptr, ptr %at, align 8
  %bits = ptrtoint ptr %word to i64
  %bit = and i64 %bits, 1
  %is.values = icmp ne i64 %bit, 0
  %values = getelementptr i8, ptr %word, i64 1
  %found = select i1 %is.values, ptr %values, ptr null
  ret ptr %found
}

; 3.13: in the object itself, where they are valid. A dict that was made of them wants to know of what is set.
define internal ptr @lh.values.inline(ptr %object) alwaysinline nounwind {
  %valid.at = getelementptr i8, ptr %object, i64 19
  %valid = load i8, ptr %valid.at
  %dict.at = getelementptr i8, ptr %object, i64 -24
  %dict = load ptr, ptr %dict.at, align 8
  %is.alone = icmp eq ptr %dict, null
  %is.valid = icmp ne i8 %valid, 0
  %is.simple = and i1 %is.alone, %is.valid
  %values = getelementptr i8, ptr %object, i64 24
  %found = select i1 %is.simple, ptr %values, ptr null
  ret ptr %found
}

; No values: a slot of the object itself.
define internal ptr @lh.values.slots(ptr %object) alwaysinline nounwind {
  ret ptr %object
}

; Where the attribute stands, if it is there.
define internal ptr @lh.attribute.place(ptr %values, ptr %cell) alwaysinline nounwind {
  %none = icmp eq ptr %values, null
  br i1 %none, label %slow, label %look, !prof !0
look:
  %offset.at = getelementptr i8, ptr %cell, i64 8
  %offset = load i64, ptr %offset.at, align 8
  %unknown = icmp slt i64 %offset, 0
  br i1 %unknown, label %slow, label %read, !prof !0
read:
  %at = getelementptr i8, ptr %values, i64 %offset
  %value = load ptr, ptr %at, align 8
  %unset = icmp eq ptr %value, null
  %found = select i1 %unset, ptr null, ptr %at
  ret ptr %found
slow:
  ret ptr null
}

define internal ptr @lh.attribute.load(ptr %object, ptr %values, ptr %cell) alwaysinline nounwind {
  %at = call ptr @lh.attribute.place(ptr %values, ptr %cell)
  %missing = icmp eq ptr %at, null
  br i1 %missing, label %slow, label %fast, !prof !0
fast:
  %value = load ptr, ptr %at, align 8
  ret ptr %value
slow:
  %other = call ptr @lh_attribute_own(ptr %object, ptr %cell)
  ret ptr %other
}

; A float that nobody but the instance refers to is overwritten where it stands. True: it leaves, thrown.
define internal i1 @lh.attribute.set.f64(ptr %object, ptr %values, ptr %cell, double %value) alwaysinline nounwind {
  %at = call ptr @lh.attribute.place(ptr %values, ptr %cell)
  %missing = icmp eq ptr %at, null
  br i1 %missing, label %new, label %look, !prof !0
look:
  %old = load ptr, ptr %at, align 8
  %type.at = getelementptr i8, ptr %old, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.float = icmp eq ptr %type, @lh_type_float
  br i1 %is.float, label %float, label %new, !prof !1
float:
  %count = load i64, ptr %old, align 8
  %is.own = icmp eq i64 %count, 1
  br i1 %is.own, label %own, label %new, !prof !1
own:
  %value.at = getelementptr i8, ptr %old, i64 16
  store double %value, ptr %value.at, align 8
  ret i1 false
new:
  %status = call i64 @lh_attribute_set_float(ptr %object, ptr %cell, double %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

define internal i1 @lh.attribute.set.i64(ptr %object, ptr %values, ptr %cell, i64 %value) alwaysinline nounwind {
  %status = call i64 @lh_attribute_set_int(ptr %object, ptr %cell, i64 %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

; The instance takes the new value's reference over.
define internal i1 @lh.attribute.set.obj(ptr %object, ptr %values, ptr %cell, ptr %value) alwaysinline nounwind {
  %at = call ptr @lh.attribute.place(ptr %values, ptr %cell)
  %missing = icmp eq ptr %at, null
  br i1 %missing, label %new, label %set
set:
  %old = load ptr, ptr %at, align 8
  %count = load i64, ptr %old, align 8
  %last = icmp eq i64 %count, 1
  br i1 %last, label %new, label %keep
keep:
  store ptr %value, ptr %at, align 8
  call i1 @lh_drop(ptr %old)
  ret i1 false
new:
  %status = call i64 @lh_attribute_set(ptr %object, ptr %cell, ptr %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

; Whether the instance has none of its own: no instance has, as long as the number of names is what it was.
define internal i1 @lh.attribute.is.absent(ptr %object, ptr %values, ptr %cell) alwaysinline nounwind {
  %none = icmp eq ptr %values, null
  br i1 %none, label %slow, label %look, !prof !0
look:
  %then.at = getelementptr i8, ptr %cell, i64 8
  %then = load i64, ptr %then.at, align 8
  %count.at = getelementptr i8, ptr %cell, i64 16
  %count.to = load ptr, ptr %count.at, align 8
  %count = load i64, ptr %count.to, align 8
  %same = icmp eq i64 %then, %count
  br i1 %same, label %absent, label %slow, !prof !1
slow:
  %answer = call i64 @lh_attribute_is_absent(ptr %object, ptr %cell)
  %is = icmp ne i64 %answer, 0
  ret i1 %is
absent:
  ret i1 true
}

; As a tag (`ir::Tag`): 5 of a float, 3 of an int that fits, else anything. 3.11 keeps a length with a sign (sized), later versions both in one
; word (tagged): see `lists.ll`.
define internal i64 @lh.number.tag.sized(ptr %object) alwaysinline nounwind {
  %type.at = getelementptr i8, ptr %object, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.float = icmp eq ptr %type, @lh_type_float
  br i1 %is.float, label %float, label %other
float:
  ret i64 5
other:
  %is.int = icmp eq ptr %type, @lh_type_int
  br i1 %is.int, label %int, label %long
int:
  %is.short = call i1 @lh.int.is.short.sized(ptr %object)
  br i1 %is.short, label %short, label %long, !prof !1
short:
  ret i64 3
long:
  %tag = call i64 @lh_py_tag(ptr %object)
  ret i64 %tag
}

define internal i64 @lh.number.bits.sized(ptr %object, i64 %tag) alwaysinline nounwind {
  %is.float = icmp eq i64 %tag, 5
  br i1 %is.float, label %float, label %int
float:
  %at = getelementptr i8, ptr %object, i64 16
  %value = load i64, ptr %at, align 8
  ret i64 %value
int:
  %is.short = call i1 @lh.int.is.short.sized(ptr %object)
  br i1 %is.short, label %short, label %long, !prof !1
short:
  %size.at = getelementptr i8, ptr %object, i64 16
  %size = load i64, ptr %size.at, align 8
  %factor = add i64 %size, 0
  %digit.at = getelementptr i8, ptr %object, i64 24
  %digit = load i32, ptr %digit.at, align 4
  %natural = zext i32 %digit to i64
  %here = mul i64 %factor, %natural
  ret i64 %here
long:
  %bits = call i64 @lh_py_bits(ptr %object)
  ret i64 %bits
}

; Whether an int has one digit, or none.
define internal i1 @lh.int.is.short.sized(ptr %object) alwaysinline nounwind {
  %size.at = getelementptr i8, ptr %object, i64 16
  %size = load i64, ptr %size.at, align 8
  %up = add i64 %size, 1
  %is.short = icmp ult i64 %up, 3
  ret i1 %is.short
}

define internal i64 @lh.number.tag.tagged(ptr %object) alwaysinline nounwind {
  %type.at = getelementptr i8, ptr %object, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.float = icmp eq ptr %type, @lh_type_float
  br i1 %is.float, label %float, label %other
float:
  ret i64 5
other:
  %is.int = icmp eq ptr %type, @lh_type_int
  br i1 %is.int, label %int, label %long
int:
  %is.short = call i1 @lh.int.is.short.tagged(ptr %object)
  br i1 %is.short, label %short, label %long, !prof !1
short:
  ret i64 3
long:
  %tag = call i64 @lh_py_tag(ptr %object)
  ret i64 %tag
}

define internal i64 @lh.number.bits.tagged(ptr %object, i64 %tag) alwaysinline nounwind {
  %is.float = icmp eq i64 %tag, 5
  br i1 %is.float, label %float, label %int
float:
  %at = getelementptr i8, ptr %object, i64 16
  %value = load i64, ptr %at, align 8
  ret i64 %value
int:
  %is.short = call i1 @lh.int.is.short.tagged(ptr %object)
  br i1 %is.short, label %short, label %long, !prof !1
short:
  %size.at = getelementptr i8, ptr %object, i64 16
  %size = load i64, ptr %size.at, align 8
  %sign = and i64 %size, 3
  %factor = sub i64 1, %sign
  %digit.at = getelementptr i8, ptr %object, i64 24
  %digit = load i32, ptr %digit.at, align 4
  %natural = zext i32 %digit to i64
  %here = mul i64 %factor, %natural
  ret i64 %here
long:
  %bits = call i64 @lh_py_bits(ptr %object)
  ret i64 %bits
}

; Whether an int has one digit, or none.
define internal i1 @lh.int.is.short.tagged(ptr %object) alwaysinline nounwind {
  %size.at = getelementptr i8, ptr %object, i64 16
  %size = load i64, ptr %size.at, align 8
  %is.short = icmp ult i64 %size, 16
  ret i1 %is.short
}
