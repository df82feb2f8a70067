"""What registry says when it refuses, in Chinese and English."""

from __future__ import annotations

from services.common.messages import Text

MESSAGES = {
    "ABILITIES_FOLLOW_CONSENT": Text(
        "能力情况属于健康信息：请先登记此人，再登记对记录健康信息的同意，然后填写。",
        "Abilities tell of health: enter the person, then a consent for HEALTH_NOTE, and then the abilities.",
    ),
    "ABSENCE_TOO_LONG": Text(
        "暂时离开最长 {months} 个月；更久请选“归期不明”，或办理迁出。",
        "A temporary absence lasts at most {months} months; say that the return is unknown, or record a move.",
    ),
    "ADDRESS_PART_EMPTY": Text("请填写楼号和房号。", "Give the number of the building and of the room."),
    "ALREADY_A_MEMBER": Text("此人已是这一户的成员。", "This person is a member of the household already."),
    "ASK_THE_CHILD": Text("8至17岁的孩子要问本人意见，请填写孩子愿不愿意。", "A child of 8 to 17 is asked too; say what it answered."),
    "ATTEMPT_DECIDED": Text("这次敲门无需确认，或已经确认过了。", "This attempt needs no decision, or has one already."),
    "ATTEMPT_KNOWN": Text("这次敲门已经登记过了。", "This attempt is on record already."),
    "AWAY_ALREADY": Text("此人已登记为外出；要改归期请填新的日期。", "This person is away already; give another day of return to change it."),
    "BEFORE_THE_ABSENCE_BEGAN": Text("不能早于此次外出的第一天。", "This cannot lie before the first day of the absence of now."),
    "BIRTHDAY_MUST_BE_ASKED": Text("这一天的农历历书有出入或不知生日，请询问本人，不要换算。", "Almanacs differ about this lunar date, or the birth date is not known: ask, do not convert."),
    "BORN_IN_FUTURE": Text("出生日期不能在将来。", "The birth date cannot lie in the future."),
    "CASE_FILE_CLOSED": Text("档案已经结案，请另开新档。", "The case file is closed; open a new one."),
    "CASE_FILE_OF_ANOTHER": Text("这份档案不是此人的，或已结案。", "This case file is not this person's, or is closed."),
    "CASE_FILE_OPEN": Text("此人已有一份未结的档案，请在那份上继续。", "This person has an open case file; go on with that one."),
    "CASE_FILE_OR_REASON": Text(
        "请写明档案编号，或不需建档的原因，二者填一。", "Give either the case file or the reason why none is needed."
    ),
    "CATEGORY_AWAITS_SECOND": Text("{category} 已有人填报，等待另一人确认。", "{category} was stated already and waits for a second person."),
    "CATEGORY_IS_DERIVED": Text(
        "{category} 由规则推算，不能手工填写；请改正出生日期或住户成员。",
        "{category} is derived by rule; correct the birth date or the household instead.",
    ),
    "CATEGORY_NOT_OVERRIDABLE": Text("{category} 不能这样更改；请改正出生日期，或另行填报依据。", "{category} is not overridden; correct the birth date, or state it with evidence."),
    "CATEGORY_UNCHANGED": Text("{category} 本来就是这样，无需再填。", "{category} is already as stated."),
    "CHILDLESS_HAS_CHILDREN": Text(
        "登记表上此人有在世子女，请先改正子女数。", "Living children are on record for this person; correct their number first."
    ),
    "CHILD_OF_CHILDLESS": Text("此人登记为无子女；请先撤销该类别，再登记子女。", "This person is on record as childless; end that category first."),
    "CONSENT_OVER_ALREADY": Text("同意的截止日期已经过了。", "The last day of this consent has passed already."),
    "CONSENT_STANDS": Text("此人对这一用途已有登记的意见；要更改，请先撤回。", "What this person says about this purpose is on record; withdraw it first to change it."),
    "CONSENT_STANDS_NO_MORE": Text("这份同意已撤回、到期或终止。", "This consent was withdrawn, ran out or ended already."),
    "CO_RESIDENT_IS_ANOTHER": Text("同住人不能是本人。", "The co-resident is another person."),
    "CO_RESIDENT_NEEDED": Text("不再算独居，要写明与谁同住。", "Somebody who no longer lives alone lives with somebody: say with whom."),
    "DATE_IN_FUTURE": Text("日期不能在将来。", "The date cannot lie in the future."),
    "DEATH_CONFIRMED_ALREADY": Text("此人的死亡已经确认。", "The death of this person is confirmed already."),
    "DEATH_DATE_AND_PRECISION_DIFFER": Text("有日期就写明精确到日、月或年；没有日期就写“不详”。", "With a date say DAY, MONTH or YEAR; without one say UNKNOWN."),
    "DEATH_NOT_REPORTED": Text("没有关于此人去世的报告。", "No death of this person was reported."),
    "DIED_BEFORE_BORN": Text("去世日期早于出生日期，请核对。", "The day of the death lies before the birth date; check both."),
    "DOOR_BEYOND_ROUND": Text("这一户不在本轮敲门的网格之内。", "This door lies outside the grids of the round."),
    "DOWNGRADE_NEEDS_REASON": Text(
        "降低等级要写明原因，并由另一人同意。", "A lower tier needs a reason and the approval of a second person."
    ),
    "DUE_BEFORE_OPENING": Text("截止日期不能早于开始日期。", "The due date cannot lie before the first day."),
    "DUPLICATE_DECIDED": Text("这一对已经有了结论（{state}）。", "This pair has been decided already ({state})."),
    "DUPLICATE_IN_ANOTHER_ROUND": Text("重复的那一户要在同一轮里。", "The other target must belong to the same round."),
    "DUPLICATE_IN_A_CIRCLE": Text(
        "那一户已写明与本户重复；两户互指，就没有人去敲门了。", "That target is said to duplicate this one; then nobody would visit either."
    ),
    "DUPLICATE_NEEDS_TARGET": Text("请写明与哪一户重复。", "Say of which other target this door is a duplicate."),
    "DUPLICATE_SUSPECTED": Text(
        "可能与已登记的人重复，请先打开候选人核对；确认不是同一人，就注明已看过再提交。",
        "This may be somebody on record; open the candidates, and if it is another person, send again and say that you saw them.",
    ),
    "DWELLING_KNOWN": Text("这个网格里已有这个地址，请查找后使用。", "This address is registered in the grid already; look it up."),
    "DWELLING_OR_HOUSEHOLD": Text("请填要搬去的住处或要加入的家庭，二者填一。", "Give either the dwelling or the household that they move to."),
    "ELDERS_UNDECIDED": Text(
        "在访的独居、空巢或无子女老人，每人都要有档案，或写明不需建档的原因。",
        "Every elder found alone, in an empty nest or without children needs a case file or a reason why not.",
    ),
    "EMERGENCY_RANK_TAKEN": Text("紧急联系顺序 {rank} 已有人，请换一个。", "Somebody else is number {rank} in an emergency; choose another."),
    "ENDS_BEFORE_IT_BEGAN": Text("结束日期不能早于开始日期。", "The end cannot lie before the beginning."),
    "EVIDENCE_TOO_OLD": Text("依据已过期，请用新的评估或名单。", "This paper is too old; use a newer assessment or list."),
    "EVIDENCE_TOO_WEAK": Text("这一类别要有正式文件或官方名单为依据。", "This category rests on a document or an official list."),
    "GRID_CODE_TAKEN": Text("这个网格编码已有了，请换一个。", "This grid code is taken; choose another."),
    "GRID_WITHOUT_LEAD": Text("有的网格还没有负责人，请先指定。", "A grid has nobody responsible yet; name its lead first."),
    "GUARDIANSHIP_ENDED": Text("这份监护关系已经终止。", "This guardianship has ended."),
    "GUARDIANSHIP_STANDS": Text("此人已登记为这位被监护人的监护人。", "This person is on record as guardian of this ward already."),
    "GUARDIAN_BLOCKED": Text("按法院裁定，此监护人不得行使监护权。", "By a court's order this guardian may not act."),
    "GUARDIAN_CONSENT_NEEDED": Text("未满{age}周岁，或属儿童事项，须由监护人同意。", "Below {age}, and for what concerns children, a guardian must consent."),
    "GUARDIAN_MAY_NOT": Text("此人没有这项监护权（{right}）。", "This person is no guardian with the right {right}."),
    "GUARDIAN_NOT_BLOCKED": Text("此监护人没有被限制。", "This guardian is not blocked."),
    "GUARDIAN_OF_ONESELF": Text("不能做自己的监护人。", "Nobody is their own guardian."),
    "GUARDIAN_UNDER_AGE": Text("监护人须年满18周岁。", "A guardian must be of age."),
    "HAPPENED_IN_FUTURE": Text(
        "发生时间不能在将来，请检查设备时钟。", "This cannot have happened in the future; check the clock of the device."
    ),
    "HEAD_ALREADY": Text("此人已是户主。", "This person is the head already."),
    "HEAD_LIVES_ELSEWHERE": Text("户主应当常住在这一户。", "The head must have their primary residence in the household."),
    "HEALTH_NOTE_NOT_AGREED": Text("尚无本人或监护人对记录健康信息的同意，请先登记同意。", "Nobody agreed to the noting of health; record a consent for HEALTH_NOTE first."),
    "HOUSEHOLDS_UNCOUNTED": Text(
        "群租房、宿舍要写明共有几户，才算有结果。", "Say how many households share the dwelling; until then it has no outcome."
    ),
    "HOUSEHOLD_HAS_A_HEAD": Text("这一户已有户主。", "The household has a head already."),
    "HOUSEHOLD_NOT_ACTIVE": Text("这一户已经注销或迁出。", "The household exists no more."),
    "ID_CHECKSUM": Text(
        "证件号码的末位对不上，请核对每一位。", "The last character does not fit the others; check the number digit by digit."
    ),
    "ID_DATE": Text("证件号码里的出生日期不存在，请核对。", "The birth date within the number cannot be; check it."),
    "ID_FORM": Text(
        "证件号码的格式不对，请核对证件类型和位数。", "The number does not have the form of this document; check its kind and length."
    ),
    "ID_NUMBER_KNOWN": Text(
        "这个证件号码已登记在另一人名下，请打开那份登记核对。", "This number belongs to somebody on record; open that record."
    ),
    "ID_STATUS_FORBIDS_NUMBER": Text(
        "填了证件号码，就不能写“无证件”或“拒绝出示”。", "With a number, the status cannot be NONE or REFUSED."
    ),
    "ID_STATUS_NEEDS_NUMBER": Text("写了“已查验”，就要填证件号码。", "A document that was seen needs its number."),
    "CELL_LOST_DIGITS": Text(
        "证件号码被表格存成了数字，末几位已丢失；请把单元格设为文本后重新填写。", "The sheet kept the number as a figure and lost its last digits; make the cell text and type it anew."
    ),
    "GRID_UNKNOWN_OR_NOT_YOURS": Text("没有这个网格编码，或不是您负责的网格。", "There is no such grid within your scope."),
    "HOUSEHOLD_AMBIGUOUS": Text("这个地址有几户，请填写户号。", "Several households live at this address; give the household number."),
    "IMPORT_EMPTY": Text("文件是空的。", "The file is empty."),
    "IMPORT_ENCRYPTED": Text("文件有密码，请去掉密码后再上传。", "The file has a password; remove it and upload it again."),
    "IMPORT_NOT_DONE": Text("还在导入，请稍后再来下载。", "The import goes on still; come back later."),
    "IMPORT_NO_SPREADSHEET": Text("这不是 xlsx 表格，或已损坏。", "This is no xlsx spreadsheet, or it is damaged."),
    "IMPORT_OLD_FORM": Text("这是旧版 xls 表格，请另存为 xlsx 后再上传。", "This is an old xls file; save it as xlsx and upload it again."),
    "IMPORT_TOO_LARGE_INSIDE": Text("文件解压后太大。", "The file is too large when unpacked."),
    "IMPORT_TOO_MANY_ROWS": Text("行数太多，请分成几个文件，每个最多五万行。", "Too many rows; split it into files of at most 50,000 rows."),
    "IMPORT_WITHOUT_COLUMNS": Text("找不到表头，请使用下载的模板。", "The heads of the columns are missing; use the template."),
    "IMPORT_WITHOUT_ERRORS": Text("没有错误，或错误表已过期删除。", "There are no errors, or their file was deleted after its days."),
    "NUMBER_OF_ANOTHER_NAME": Text("这个证件号码登记的是另一个姓名，请核对。", "This number is on record under another name; check it."),
    "INTERVIEW_NEEDS_CONTACT": Text(
        "没有开门也没有通话，不能算入户访谈。", "An interview needs an opened door or a call that was answered."
    ),
    "KEPT_IS_NO_MEMBER": Text("此人不是保留的那一户的成员，请选“并入”或“结束”。", "They are no member of the household that stays; choose MOVED or ENDED."),
    "KIN_ENDED": Text("这位亲属已从名单中移除。", "This relative is on the list no more."),
    "KIN_KNOWN": Text("此人已在亲属名单上。", "This person is on the list of kin already."),
    "KIN_NOT_ALIVE": Text("已故亲属不能同住、持钥匙或作紧急联系人。", "Who is not alive neither lives here, has a key nor is called."),
    "KIN_OF_ONESELF": Text("不能做自己的亲属。", "Nobody is their own kin."),
    "KIN_WHO": Text("请写明姓名，或已登记人员的编号。", "Give a name, or the id of somebody who is registered."),
    "LATE_NEEDS_REASON": Text(
        "补登 {days} 天以前的事要写明原因，并由负责人确认。", "What happened more than {days} days ago needs a reason and a supervisor's acceptance."
    ),
    "LISTED_TWICE": Text("同一个人列了两次。", "This person is listed twice."),
    "LIST_NEEDS_END": Text("请写明名单的有效期。", "Give the last day on which the list counts."),
    "MEMBERS_NOT_LISTED": Text("每个家庭成员都要逐一写明去留。", "Say of every member what becomes of them."),
    "MEMBERS_UNCONFIRMED": Text(
        "还有家庭成员没有核实；请核实，或记为部分访谈。", "Some members were not confirmed; confirm them, or record a partial interview."
    ),
    "MEMBER_OF_BOTH": Text("此人已是保留的那一户的成员，请选“保留”或“结束”。", "They belong to the household that stays already; choose KEPT or ENDED."),
    "MERGED_WITH_ITSELF": Text("一户不能与自己合并。", "A household cannot be merged with itself."),
    "MOVED_OUT_ALREADY": Text("此人已经迁出本社区。", "This person has moved to another community."),
    "MOVES_NOWHERE": Text("这就是现在的住处；同一门内分开，请办理分户。", "This is where they live already; to part behind one door, split the household."),
    "NAME_CHARACTERS": Text("姓名里有不能用的字符。", "The name holds characters that no name has."),
    "NAME_LENGTH": Text("请填写姓名，最多 {max} 个字。", "Give a name of at most {max} characters."),
    "NEW_HOUSEHOLD_NEEDS_HEAD": Text("新的一户要有一位户主。", "The new household needs one head."),
    "NOBODY_CONFIRMED": Text("请写明核实了哪些住户。", "Say who was confirmed to live here."),
    "NOBODY_MOVES": Text("没有人搬走。", "Nobody is listed as moving."),
    "NOBODY_STAYS": Text("没有人留下。", "Nobody is listed as staying."),
    "NOBODY_UNSEEN": Text("全部成员都已核实，请记为完整访谈。", "Everybody was confirmed; record a full interview."),
    "NOTHING_STATED": Text("{category} 没有等待确认的填报。", "Nothing about {category} waits for confirmation."),
    "NOT_AWAY": Text("此人没有外出登记。", "This person is not away."),
    "NOT_A_MEMBER": Text("此人现在不是这一户的成员。", "This person is not a member of the household now."),
    "NOT_KIN": Text("此人不在这位居民的亲属名单上。", "This person is not among the kin on record."),
    "NOT_MOVED_OUT": Text("此人没有迁出本社区。", "This person has not moved to another community."),
    "NOT_ON_LEAVE": Text("此人没有请假，也没有预定的假期。", "They are not on leave, and no leave is announced."),
    "NOT_REGISTERED_HERE": Text(
        "有人还没有登记在这一户，请先加入住户。", "Somebody is not registered at this door; add them to the household first."
    ),
    "NO_ANSWER_NEVER_RESOLVES": Text(
        "无人应门不能算有结果，请改日再来。", "Nobody answered, so there is no outcome; try again another day."
    ),
    "NO_CANCELLATION_ASKED": Text("没有等待同意的取消申请。", "No cancellation was asked for."),
    "NO_CHILD_TO_ASK": Text("只有{from}至17岁的孩子才记录本人意见。", "Only a child of {from} to 17 is asked."),
    "NO_DOWNGRADE_ASKED": Text("没有等待同意的降级申请。", "No lower tier was asked for."),
    "NO_EXEMPTION_ASKED": Text("没有等待同意的免访申请。", "No exemption was asked for."),
    "NO_HOME_HERE": Text("此人在本社区没有常住的家庭，请先加入一户。", "This person has no primary residence here; add them to a household first."),
    "CHOICE_MISSING": Text("两份登记在这一项上不同，请选留哪一个。", "The two records differ in this; choose which one holds."),
    "MERGED": Text("这份登记已并入另一份，请在那一份上办理。", "This record was merged into another; go on there."),
    "MERGE_IDS_DIFFER": Text(
        "两人都出示过证件，而号码不同；查清之前不能合并。", "Each of the two showed a document with a number of its own; clear that up first."
    ),
    "MERGE_LIFE_DIFFERS": Text("一人在世、一人已报离世，请先核实再合并。", "One is alive and one is reported dead; clear that up first."),
    "MERGE_NOT_APPLIED": Text("这次合并不在已完成的状态（{state}），不能撤销。", "This merge is {state}, so there is nothing to undo."),
    "MERGE_NOT_PROPOSED": Text("这次合并已经有了结论（{state}）。", "This merge was decided already ({state})."),
    "MERGE_UNDER_WAY": Text("两人之一正在另一次合并中，请先办完那一次。", "One of the two is in another merge; finish that one first."),
    "MERGE_WITH_ITSELF": Text("不能把一份登记并入它自己。", "A record cannot be merged into itself."),
    "ONE_OF_TWO": Text("这一项只能留一个。", "Of this there can be only one."),
    "UNDO_TOO_LATE": Text("撤销合并的期限已过，请更正登记。", "The days for undoing are over; correct the record instead."),
    "NO_ID_CONFLICT": Text("这个证件号码没有登记在别人名下。", "This number is not on record for anybody else."),
    "NO_KIN_REPORTED": Text("没有家属报告过此事；请另报家属的说法，或提供证明。", "No kin reported it; take down what they say, or bring another proof."),
    "NO_LEAP_MONTH": Text("公历没有闰月。", "The solar calendar has no leap months."),
    "NO_OTHER_RESIDENCE": Text("没有登记此人在其他社区的住处。", "No home in another community is on record."),
    "NO_OVERRIDE": Text("{category} 没有人工更改。", "{category} is not overridden."),
    "NO_REVIVAL_ASKED": Text("没有等待同意的更正申请。", "Nobody asked for this death to be undone."),
    "NO_SUCH_DAY": Text("这个月没有这一天。", "This month has no such day."),
    "ONE_CRITERION": Text("姓名和电话，请填其中一项。", "Give either a name or a phone number."),
    "ONE_DAY_EACH_CALENDAR": Text("公历、农历各填一个生日。", "Give one birthday of each calendar at most."),
    "ON_LEAVE_ALREADY": Text("此人已在休假，或已有预定的假期；请先结束。", "They are on leave, or one is announced; end it first."),
    "OTHER_IS_NOT_SUBJECT": Text("本人同意请选“本人”。", "Who speaks for themself does so as SELF."),
    "OUTCOME_NEEDS_EVIDENCE": Text(
        "这个结果要有依据：请填依据，或向邻居、物业核实。",
        "This outcome needs evidence: name it, or ask a neighbour or the property office.",
    ),
    "PERSON_DECEASED": Text("此人已去世，资料不能再改。", "This person has died; the record is no longer changed."),
    "PHONE_FORM": Text(
        "电话号码不对：请填手机号，或带区号的座机号。", "This is no phone number: give a mobile number, or a landline with its area code."
    ),
    "PRIMARY_RESIDENCE_ELSEWHERE": Text(
        "此人的常住地在另一户，请先在那一户办理迁出。", "This person's primary residence is another household; end that membership first."
    ),
    "PRIMARY_RESIDENCE_IN_OTHER_COMMUNITY": Text("此人的常住地在另一社区，请先改回本社区。", "The primary residence is in another community; switch it first."),
    "PRIMARY_RESIDENCE_UNCHANGED": Text("常住地本来就是这样，无需再改。", "The primary residence is as stated already."),
    "PROOF_NEEDS_REFERENCE": Text("请写明证明存放在哪里。", "Say where the paper is."),
    "REFUSAL_NEEDS_TWO_PEOPLE_TWO_DAYS": Text("拒访要由两人在不同的两天分别确认。", "A refusal is confirmed by two people on two days."),
    "RELATION_NEEDED": Text("请写明此人与新户主的关系。", "Say how they are related to the head of the household they move into."),
    "RESERVATION_CAP": Text("您手上已有 {cap} 户，请先完成一些。", "You keep {cap} doors already; finish some first."),
    "RESERVATION_SLOT": Text("您同时领取了几户，请再试一次。", "You kept several doors at once; try again."),
    "RESIDENCY_HAS_COMMANDS": Text("外出、返回和迁出请在相应的登记里办理。", "Absences, returns and moves have forms of their own."),
    "RETRACTION_NEEDS_REASON": Text("请写明为什么是误报。", "Say why it was a mistake."),
    "RETURN_BEFORE_START": Text("返回日期不能早于离开日期。", "The return cannot lie before the first day of the absence."),
    "RETURN_KNOWN_AND_UNKNOWN": Text("填了返回日期，就不能再选“归期不明”。", "With a day of return, the return is not unknown."),
    "RETURN_OR_UNKNOWN": Text("请填预计返回日期，或选“归期不明”。", "Give the expected day of return, or say that it is unknown."),
    "ROUND_AND_ORIGIN_DIFFER": Text(
        "来源为敲门时要写明是哪一轮，其他来源则不写。", "A file opened by a round names it, and no other does."
    ),
    "ROUND_BEYOND_YOUR_GRIDS": Text("本轮敲门包括您不负责的网格。", "The round covers grids that are not yours."),
    "ROUND_NOT_CANCELLABLE": Text("只有筹备中或进行中的一轮可以取消。", "Only a round that is planned or open can be cancelled."),
    "ROUND_NOT_CLOSED": Text("本轮敲门还没有结束，不必重开。", "The round is not closed, so there is nothing to reopen."),
    "ROUND_NOT_CLOSING": Text("请先申请结束本轮敲门。", "Request the closing of the round first."),
    "ROUND_NOT_COVERED": Text(
        "还有 {open_count} 户没有结果，不能结束本轮敲门。", "{open_count} doors have no outcome yet; the round cannot close."
    ),
    "ROUND_NOT_DRAFT": Text("本轮敲门已经开始过了。", "The round was opened already."),
    "ROUND_NOT_OPEN": Text("本轮敲门不在进行中。", "The round is not open."),
    "ROUND_WITHOUT_DOORS": Text("本轮范围内没有一户可敲，请先登记房屋。", "There is no door within the round; register dwellings first."),
    "RULE_AND_POPULATION_DIFFER": Text("选“按条件”时要写条件，其他范围则不写。", "A rule is stated with the population RULE, and with no other."),
    "RULE_EMPTY": Text("请至少写明一个条件。", "State at least one condition."),
    "SECOND_PERSON_NEEDED": Text(
        "需要另一人同意，不能自己同意自己的申请。", "A second person must approve; nobody approves their own request."
    ),
    "SEEN_TOO_LONG_AGO": Text("合作单位见到本人必须在最近 {days} 天之内。", "A partner must have seen them within the last {days} days."),
    "SELF_IS_SUBJECT": Text("“本人”同意只能由本人作出。", "As SELF only the person speaks for themself."),
    "SNOOZE_TOO_LONG": Text("请选明天起 {days} 天内的日子。", "Choose a day from tomorrow on, within {days} days."),
    "SOLE_GUARDIAN_ELSE": Text("另有监护人在任，与“唯一监护人”矛盾，请先核实。", "Another guardian stands, which contradicts a sole guardian; look at that one first."),
    "SPOKE_TO_NO_MANAGER": Text("这里要与房东或宿管核实。", "Here the landlord or warden is to be asked."),
    "SPOKE_TO_UNCONFIRMED": Text("请写明与哪位住户谈的，并且此人已经核实。", "Say which confirmed resident spoke."),
    "SUSPENDED_ALREADY": Text("此人已被暂停工作。", "They are suspended already."),
    "NOT_SUSPENDED": Text("此人没有被暂停工作。", "They are not suspended."),
    "STAFF_LEFT_ALREADY": Text("此人已经离职。", "They work here no longer."),
    "TARGET_EXEMPT": Text("这一户已经免访。", "The door is exempt."),
    "TARGET_NOT_FREE": Text("这一户已被别人领取，或已不在待访状态。", "Somebody else keeps this door, or it is no longer pending."),
    "TARGET_NOT_OPEN": Text("这一户已有结果。", "The door has its outcome already."),
    "TARGET_NOT_RESERVED": Text("这一户没有人领取。", "Nobody keeps this door."),
    "TARGET_OF_ANOTHER_ROUND": Text("这一户不在本轮的名单上。", "This target belongs to another round."),
    "TARGET_OPEN": Text("这一户本来就还没有结果。", "The door is still owed an outcome."),
    "WITHIN_REACH": Text("这个人就在您负责的范围内，可以直接查看。", "This person is within your reach anyway; just look."),
    "DEATH_HAS_COMMANDS": Text("有人去世请在此人名下报告死亡，核实后户籍成员关系会自动结束。", "Report the death of the person; once it is confirmed, the membership ends by itself."),
    "MOVE_OUT_HAS_A_COMMAND": Text("迁出本社区请在此人名下登记迁出，户籍成员关系会自动结束。", "Record the person's move out; the membership ends by itself."),
    "CARE_HOME_HAS_A_COMMAND": Text("入住养老机构请在此人名下登记外出（养老机构），家仍保留。", "Record the person's absence in a care home; they keep their home."),
    "TASK_ENDED_BY_FACT": Text("这项任务不能勾销：相应的情况登记以后，它会自动完成。", "This task ends by itself once the fact it asks for is recorded."),
    "TASK_NOT_OPEN": Text("这项任务已经完成或已不需要。", "The task is done, or there is nothing to do any more."),
    "TASK_OPEN_ALREADY": Text("同样的任务已有一项未完成。", "A task of this kind is open already."),
    "TEMP_NEEDS_END": Text("临时监护要写明截止日期。", "A temporary guardianship needs its last day."),
    "TIER_BELOW_RULE": Text(
        "按规则至少应为 {proposed}；先按此建档，再由两人申请降级。",
        "The rule proposes {proposed}; open the file with it, and ask for a lower tier by two persons.",
    ),
    "TIER_UNCHANGED": Text("等级没有变化。", "The tier is the same already."),
    "TOO_MANY_KIN": Text("亲属最多登记 {most} 人。", "At most {most} relatives are kept."),
    "TRANSFER_CONFIRMED_ALREADY": Text("迁入地已经确认接收。", "The other community has confirmed already."),
    "UNKNOWN_REFERENCE": Text("没有找到这个编号，或不在您负责的范围内。", "There is no such id within your scope."),
    "VACANT_NEEDS_SIGNS": Text("空户要有空置迹象。", "A vacant door needs signs of vacancy."),
    "VACANT_NEEDS_TIME_OR_EVIDENCE": Text(
        "空户要相隔 {days} 天再看一次，或有物业、水电的依据。",
        "Look again {days} days apart, or bring evidence from the property office or a utility.",
    ),
    "WARD_OF_AGE": Text("被监护人已经成年。", "The ward is of age already."),
    "WINDOW_TOO_LONG": Text("起止日期最多相差 {days} 天。", "At most {days} days lie between the first and the last day."),
    "WITNESS_IS_ANOTHER": Text("见证人不能是表态人，也不能是登记人。", "The witness is neither who said it nor who enters it."),
    "WITNESS_NEEDED": Text("口头同意要写明见证人。", "A spoken consent needs a witness."),
}
