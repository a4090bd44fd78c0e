; Lists, floats and ints in place, as CPython 3.11 to 3.13 lay them out on 64-bit machines:
;
;   every object   0 count of references   8 type
;   list          16 length               24 items     32 room
;   tuple         16 length               24 the items themselves
;   str, dict     16 length
;   float         16 value
;   complex       16 real part            24 imaginary part
;   int           16 length in digits, with the int's sign (3.11); its sign, and the length from bit 3 on (from 3.12)
;                 24 digits of 30 bits
;
; What is read of an object behind its head is read when its type is known. A bit that is set says: leave. `list.rs` writes the rest.

@lh_type_float = external global i8
@lh_type_int = external global i8
@lh_type_list = external global i8
@lh_type_complex = external global i8
@lh_type_str = external global i8
@lh_type_tuple = external global i8
@lh_type_dict = external global i8
@lh_type_set = external global i8
@lh_true = external global i8
@lh_false = external global i8
declare i64 @lh_list_set_float(ptr, i64, double) cold nounwind
declare i64 @lh_list_set_int(ptr, i64, i64) nounwind
declare i64 @lh_list_set_object(ptr, i64, ptr) nounwind
declare i64 @lh_py_tag(ptr) nounwind
declare i64 @lh_py_bits(ptr) nounwind

define internal i64 @lh.list.length(ptr %list) alwaysinline nounwind {
  %at = getelementptr i8, ptr %list, i64 16
  %length = load i64, ptr %at, align 8
  ret i64 %length
}

define internal ptr @lh.list.item(ptr %list, i64 %index) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %list, i64 24
  %items = load ptr, ptr %items.at, align 8
  %at = getelementptr ptr, ptr %items, i64 %index
  %item = load ptr, ptr %at, align 8
  ret ptr %item
}

define internal double @lh.complex.part(ptr %number, i64 %offset) alwaysinline nounwind {
  %at = getelementptr i8, ptr %number, i64 %offset
  %part = load double, ptr %at, align 8
  ret double %part
}

define internal ptr @lh.tuple.item(ptr %tuple, i64 %index) alwaysinline nounwind {
  %items = getelementptr i8, ptr %tuple, i64 24
  %at = getelementptr ptr, ptr %items, i64 %index
  %item = load ptr, ptr %at, align 8
  ret ptr %item
}

; The list takes the new item's reference over.
define internal i1 @lh.list.set.obj(ptr %list, i64 %index, ptr %item) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %list, i64 24
  %items = load ptr, ptr %items.at, align 8
  %at = getelementptr ptr, ptr %items, i64 %index
  %old = load ptr, ptr %at, align 8
  %count = load i64, ptr %old, align 8
  %last = icmp eq i64 %count, 1
  br i1 %last, label %dies, label %set
set:
  store ptr %item, ptr %at, align 8
  call i1 @lh_drop(ptr %old)
  ret i1 false
dies:
  %status = call i64 @lh_list_set_object(ptr %list, i64 %index, ptr %item)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

; A float that nobody but the list refers to is overwritten where it stands.
define internal i1 @lh.list.set.f64(ptr %list, i64 %index, double %value) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %list, i64 24
  %items = load ptr, ptr %items.at, align 8
  %at = getelementptr ptr, ptr %items, i64 %index
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
  %status = call i64 @lh_list_set_float(ptr %list, i64 %index, double %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

; The same of an int of one digit that stays one; small ints have objects of their own, which the extension knows.
define internal i1 @lh.list.set.i64.sized(ptr %list, i64 %index, i64 %value) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %list, i64 24
  %items = load ptr, ptr %items.at, align 8
  %at = getelementptr ptr, ptr %items, i64 %index
  %old = load ptr, ptr %at, align 8
  %type.at = getelementptr i8, ptr %old, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.int = icmp eq ptr %type, @lh_type_int
  br i1 %is.int, label %int, label %new, !prof !1
int:
  %count = load i64, ptr %old, align 8
  %is.own = icmp eq i64 %count, 1
  %size.at = getelementptr i8, ptr %old, i64 16
  %size = load i64, ptr %size.at, align 8
  %length = call i64 @llvm.abs.i64(i64 %size, i1 false)
  %is.short = icmp eq i64 %length, 1
  %digit = call i64 @llvm.abs.i64(i64 %value, i1 false)
  %above = sub i64 %digit, 257
  %fits = icmp ult i64 %above, 1073741567
  %ready = and i1 %is.own, %is.short
  %can = and i1 %ready, %fits
  br i1 %can, label %own, label %new
own:
  %negative = icmp slt i64 %value, 0
  %sign = select i1 %negative, i64 -1, i64 1
  store i64 %sign, ptr %size.at, align 8
  %digit.at = getelementptr i8, ptr %old, i64 24
  %digit.short = trunc i64 %digit to i32
  store i32 %digit.short, ptr %digit.at, align 4
  ret i1 false
new:
  %status = call i64 @lh_list_set_int(ptr %list, i64 %index, i64 %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}

define internal i1 @lh.list.set.i64.tagged(ptr %list, i64 %index, i64 %value) alwaysinline nounwind {
  %items.at = getelementptr i8, ptr %list, i64 24
  %items = load ptr, ptr %items.at, align 8
  %at = getelementptr ptr, ptr %items, i64 %index
  %old = load ptr, ptr %at, align 8
  %type.at = getelementptr i8, ptr %old, i64 8
  %type = load ptr, ptr %type.at, align 8
  %is.int = icmp eq ptr %type, @lh_type_int
  br i1 %is.int, label %int, label %new, !prof !1
int:
  %count = load i64, ptr %old, align 8
  %is.own = icmp eq i64 %count, 1
  %tag.at = getelementptr i8, ptr %old, i64 16
  %tag = load i64, ptr %tag.at, align 8
  %length = lshr i64 %tag, 3
  %is.short = icmp eq i64 %length, 1
  %digit = call i64 @llvm.abs.i64(i64 %value, i1 false)
  %above = sub i64 %digit, 257
  %fits = icmp ult i64 %above, 1073741567
  %ready = and i1 %is.own, %is.short
  %can = and i1 %ready, %fits
  br i1 %can, label %own, label %new
own:
  %negative = icmp slt i64 %value, 0
  %new.tag = select i1 %negative, i64 10, i64 8
  store i64 %new.tag, ptr %tag.at, align 8
  %digit.at = getelementptr i8, ptr %old, i64 24
  %digit.short = trunc i64 %digit to i32
  store i32 %digit.short, ptr %digit.at, align 4
  ret i1 false
new:
  %status = call i64 @lh_list_set_int(ptr %list, i64 %index, i64 %value)
  %failed = icmp slt i64 %status, 0
  ret i1 %failed
}
