"""The closed sets of terms, each with its Chinese and English label (glossary: docs/reference/glossary.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self


class Word(StrEnum):
    """A term of the field: its value is what is stored, its labels are what people read."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str, en: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.zh = zh
        word.en = en
        return word

    @property
    def value(self) -> str:  # the enum's own looks for a member of that name at every reading, and all JSON reads it
        return self._value_


class UnitKind(Word):
    """创建范围 (policy 二, 五(九)): who may take part."""

    ENTERPRISE = "enterprise", "企业", "enterprise"
    PARK = "park", "工业园区", "industrial park"
    TOWNSHIP = "township", "街道（乡镇）", "township or subdistrict"
    INDUSTRY = "industry", "行业", "industry"
    BUILDING = "building", "楼宇", "building"
    BLOCK = "block", "街区", "block"


class SubKind(Word):
    """Kinds of park (policy 二) and of township."""

    ECONOMIC_ZONE = "economic_zone", "经济技术开发区", "economic and technological development zone"
    HIGH_TECH_ZONE = "high_tech_zone", "高新技术产业园区", "high-tech industrial park"
    SCIENCE_PARK = "science_park", "科技园区", "science park"
    OTHER_CLUSTER = "other_cluster", "其他产业集聚区", "other industrial cluster"
    SUBDISTRICT = "subdistrict", "街道", "subdistrict"
    TOWN = "town", "乡镇", "town"


class Ownership(Word):
    """Ownership decides the route of an application (policy 五(五)1)."""

    PRIVATE = "private", "民营", "private"
    FOREIGN = "foreign", "外资", "foreign-invested"
    LOCAL_STATE = "local_state", "市县国有", "local state-owned"
    PROVINCIAL_SOE = "provincial_soe", "省属国有", "provincial state-owned"
    CENTRAL = "central", "中央在湘", "central enterprise in the province"
    COLLECTIVE = "collective", "集体", "collective"
    PUBLIC = "public", "公共管理", "public administration"


class House(Word):
    """三方四家: the four houses of the tripartite body."""

    HR = "hr", "人社", "human resources and social security"
    UNION = "union", "工会", "trade union"
    FEDERATION = "federation", "企联", "enterprise federation"
    COMMERCE = "commerce", "工商联", "federation of industry and commerce"


class Level(Word):
    """The levels through which a case goes up."""

    COUNTY = "county", "县市区", "county"
    PREFECTURE = "prefecture", "市州", "prefecture"
    PROVINCE = "province", "省", "province"
    NATION = "nation", "国家", "nation"

    @property
    def rank(self) -> int:
        """0 for a county, 3 for the nation."""
        return _RANKS[self]


_RANKS: Final = {level: rank for rank, level in enumerate(Level)}


class Role(Word):
    """What a post may do (authority: services/casework/authority.py)."""

    OFFICER = "officer", "经办", "officer"
    APPROVER = "approver", "审批", "approver"
    CONTACT = "contact", "定点联系人", "designated contact"
    INSPECTOR = "inspector", "检查员", "inspector"
    ASSESSOR = "assessor", "第三方评估", "third-party assessor"
    AUDITOR = "auditor", "审计", "auditor"
    DATA_OFFICER = "data_officer", "个人信息保护", "data protection officer"
    ADMINISTRATOR = "administrator", "系统管理", "administrator"
    OPERATOR = "operator", "运维", "operator"
    APPLICANT = "applicant", "申报单位", "applicant"
    UNIT_UNION = "unit_union", "单位工会", "union of the unit"


class ActorKind(Word):
    """Who can cause an event."""

    OFFICER = "officer", "工作人员", "officer"
    APPLICANT = "applicant", "申报单位", "applicant"
    SOURCE = "source", "来源系统", "source system"
    PUBLIC = "public", "公众", "member of the public"
    TIMEKEEPER = "timekeeper", "时限程序", "timekeeper"
    SYSTEM = "system", "系统", "system"


class Chapter(Word):
    """The chapters of a unit's life; events, rules and pages share these names."""

    REGISTRATION = "registration", "登记", "registration"
    CULTIVATION = "cultivation", "培育", "cultivation"
    PRACTICES = "practices", "建制", "practices in place"
    SURVEY = "survey", "调查", "survey of the workers"
    SELF_EVALUATION = "self_evaluation", "自评", "self-evaluation"
    APPLICATION = "application", "申报", "application"
    EVALUATION = "evaluation", "评审", "evaluation"
    PUBLICITY = "publicity", "公示", "publicity"
    NAMING = "naming", "命名", "naming"
    INCENTIVES = "incentives", "激励", "incentives"
    HONOURS = "honours", "荣誉", "honours"
    SIGNALS = "signals", "信号", "signals"
    CHECKS = "checks", "核查", "checks"
    REVOCATION = "revocation", "取消", "revocation"
    STANDING_IN = "standing_in", "提级与指定", "taking up and lending"
    HANDOVER = "handover", "移交", "handover"
    RECORD = "record", "档案", "record"


class Route(Word):
    """申报路径 (policy 五(五)1)."""

    LEVELS = "levels", "逐级上报", "level by level"
    DIRECT = "direct", "直接向省申报", "directly to the province"


class Sealer(Word):
    """Whose seal stands under a self-evaluation report."""

    ENTERPRISE = "enterprise", "企业", "enterprise"
    UNION = "union", "企业工会", "enterprise union"
    TRIPARTITE = "tripartite", "三方机构", "tripartite body"


class Conductor(Word):
    """Who carried out a self-evaluation: a park's or township's is its tripartite body's (五(五)1)."""

    UNIT = "unit", "单位自身", "the unit itself"
    TRIPARTITE = "tripartite", "三方机构", "its tripartite body"


class StaffingLack(Word):
    """What an office lacks to do its steps towards a title with the people in post (T-03)."""

    PEOPLE = "people", "无人任职", "nobody in post for a step"
    HOUSES = "houses", "部门不齐", "too few houses"
    PERSONS = "persons", "人员不足以分设", "too few persons for steps kept apart"


class StaffingRemedy(Word):
    """What is done where an office cannot do its steps towards a title (T-03)."""

    TAKEN_UP = "taken_up", "由上一级提级办理", "the level above takes its steps up"
    LENT = "lent", "由上一级指定人员", "the level above lends officers"
    APPOINTED = "appointed", "施行前补足人员", "officers are appointed before the pack holds"


class SurveyCounter(Word):
    """Who counted a survey of the workers (四(一)9): the register from one-time codes, or the unit, which entered it."""

    REGISTER = "register", "登记簿计票", "counted by the register"
    UNIT = "unit", "单位自行填报", "entered by the unit"


class Arrangement(Word):
    """How an enterprise has a practice (四(二)3, 四(二)5): of its own, or covered by its region's or industry's."""

    OWN = "own", "单独建立", "its own"
    REGIONAL = "regional", "区域性覆盖", "covered by the region's"
    INDUSTRY = "industry", "行业性覆盖", "covered by the industry's"
    NONE = "none", "未建立", "none"


class FollowUpKind(Word):
    """Ways of following a unit (五(五)3, 五(六)2, 五(七))."""

    VISIT = "visit", "走访", "visit"
    CALL = "call", "电话联系", "call"
    GUIDANCE = "guidance", "指导", "guidance"
    DIAGNOSIS = "diagnosis", "诊断服务", "diagnosis"
    LEGAL_EDUCATION = "legal_education", "普法宣传", "legal education"
    TRAINING = "training", "培训", "training"


class CultivationOutcome(Word):
    """What a plan of cultivation led to (三, 五(五)3)."""

    REACHED = "reached", "已达标", "reached"
    NOT_REACHED = "not_reached", "未达标", "not reached"
    GIVEN_UP = "given_up", "终止", "given up"


class Opinion(Word):
    """A house's word on a matter."""

    SUPPORT = "support", "同意", "support"
    OPPOSE = "oppose", "反对", "oppose"
    ABSTAIN = "abstain", "弃权", "abstain"


class Matter(Word):
    """What a house gives its opinion on."""

    APPLICATION = "application", "申报评审", "application"
    REVOCATION = "revocation", "取消命名", "revocation"
    OBJECTION = "objection", "异议", "objection"
    RECONSIDERATION = "reconsideration", "复核", "reconsideration"


class SessionMatter(Word):
    """What a review session takes up (五(五)2)."""

    APPLICATION = "application", "申报评审", "application"
    REVOCATION = "revocation", "取消命名", "revocation"
    RECONSIDERATION = "reconsideration", "复核", "reconsideration"


class Recommendation(Word):
    """The outcome of an evaluation or a review."""

    RECOMMEND = "recommend", "建议命名", "recommend"
    DECLINE = "decline", "不予推荐", "decline"


class PublicityOutcome(Word):
    """How a publicity ended."""

    CLEARED = "cleared", "无异议或异议不成立", "cleared"
    UPHELD = "upheld", "异议成立", "an objection was upheld"


class Reduction(Word):
    """Whether a unit is inspected less on a day (五(六)2, 湘人社发〔2022〕27号)."""

    REDUCED = "reduced", "减少检查频次", "inspected less"
    TO_COME = "to_come", "尚未开始", "to come"
    SUSPENDED = "suspended", "已暂停", "suspended"
    ENDED = "ended", "已终止", "ended"
    NONE = "none", "未享受", "never granted"
    UNKNOWN = "unknown", "无此单位", "no such unit"


class Category(Word):
    """What a signal is about (五(五)3)."""

    NO_CONTRACT = "no_contract", "不签劳动合同", "no labour contracts"
    UNPAID_INSURANCE = "unpaid_insurance", "未依法缴纳社会保险费", "unpaid social insurance"
    EXCESS_OVERTIME = "excess_overtime", "超时加班", "excess overtime"
    WAGE_ARREARS = "wage_arrears", "拖欠工资", "wage arrears"
    ARBITRATION_CASE = "arbitration_case", "调解仲裁案件", "mediation or arbitration case"
    MASS_PETITION = "mass_petition", "群体访", "mass petition"
    MASS_INCIDENT = "mass_incident", "群体性事件", "mass incident"
    STOPPAGE = "stoppage", "集体停工", "collective stoppage"
    EXTREME_INCIDENT = "extreme_incident", "极端恶性事件", "extreme vicious incident"
    SAFETY_ACCIDENT = "safety_accident", "安全生产事故", "work-safety accident"
    OCCUPATIONAL_HAZARD = "occupational_hazard", "职业危害事故", "occupational-hazard accident"
    NEGATIVE_OPINION = "negative_opinion", "负面网络舆情", "negative online opinion"
    OTHER_VIOLATION = "other_violation", "其他违法行为", "other violation"


class Ground(Word):
    """Grounds on which a name can be lost (五(五)3)."""

    NO_CONTRACT = "no_contract", "不签劳动合同", "no labour contracts"
    UNPAID_INSURANCE = "unpaid_insurance", "未依法缴纳社会保险费", "unpaid social insurance"
    EXCESS_OVERTIME = "excess_overtime", "超时加班", "excess overtime"
    WAGE_ARREARS = "wage_arrears", "拖欠工资", "wage arrears"
    MASS_INCIDENT = "mass_incident", "劳动关系群体性事件", "mass incident"
    EXTREME_INCIDENT = "extreme_incident", "极端恶性事件", "extreme vicious incident"
    SAFETY_ACCIDENT = "safety_accident", "重大安全生产事故", "major work-safety accident"
    OCCUPATIONAL_HAZARD = "occupational_hazard", "职业危害事故", "occupational-hazard accident"
    NEGATIVE_OPINION = "negative_opinion", "负面网络舆情", "negative online opinion"


class SourceSystem(Word):
    """Kinds of source systems that publish signals."""

    LABOUR_INSPECTION = "labour_inspection", "劳动保障监察", "labour inspection"
    ARBITRATION = "arbitration", "调解仲裁", "mediation and arbitration"
    PETITIONS = "petitions", "信访", "petitions office"
    PUBLIC_SECURITY = "public_security", "公安", "public security"
    EMERGENCY_MANAGEMENT = "emergency_management", "应急管理", "emergency management"
    HEALTH_COMMISSION = "health_commission", "卫生健康", "health commission"
    CYBERSPACE = "cyberspace", "网信", "cyberspace administration"
    COURT = "court", "法院", "court"
    PROVINCE = "province", "外省通报", "another province"


class SignalOutcome(Word):
    """核实认定: what a signal turned out to be."""

    UNFOUNDED = "unfounded", "不属实", "unfounded"
    NOT_ATTRIBUTABLE = "not_attributable", "不归责于该单位", "not attributable to the unit"
    MINOR = "minor", "情节轻微", "minor"
    SERIOUS = "serious", "情节严重", "serious"


class CheckKind(Word):
    """Kinds of check (五(五)3, 五(八))."""

    SPOT = "spot", "抽查", "spot check"
    CENSUS = "census", "普查", "census"
    TARGETED = "targeted", "专项核查", "targeted check"
    FOLLOW_UP = "follow_up", "复查", "follow-up check"
    CROSS = "cross", "交叉互检", "cross-inspection"


class StratifiedBy(Word):
    """By what the list of a draw is divided into strata (T-19)."""

    KIND = "kind", "单位类型", "kind of unit"
    PLACE = "place", "所在地", "place"


class CheckResult(Word):
    """What a check found."""

    CLEAN = "clean", "未发现问题", "clean"
    PROBLEMS = "problems", "发现问题", "problems found"
    GRAVE = "grave", "发现严重问题", "grave problems found"


class RectificationOutcome(Word):
    """How a rectification ended."""

    ACCEPTED = "accepted", "整改到位", "accepted"
    FAILED = "failed", "整改不到位", "failed"


class VerificationResult(Word):
    """How a yearly verification ended."""

    KEEP = "keep", "保留称号", "keep"
    KEEP_CONDITIONALLY = "keep_conditionally", "有条件保留", "keep conditionally"
    RECTIFY = "rectify", "限期整改", "rectify"
    PROPOSE_REVOCATION = "propose_revocation", "建议取消命名", "propose revocation"


class Service(Word):
    """How the notice of a revocation reached the unit (T-12)."""

    ACCOUNT = "account", "单位账户签收", "opened in the unit's account"
    RECEIPT = "receipt", "签收回执", "signed receipt"
    POST = "post", "邮寄凭证", "post with proof of delivery"
    PUBLIC_NOTICE = "public_notice", "公告", "public notice"


class ReconsiderationOutcome(Word):
    """复核决定."""

    UPHELD = "upheld", "维持", "upheld"
    SET_ASIDE = "set_aside", "撤销原决定", "set aside"


class Recovery(Word):
    """How a plaque came back, or why it cannot."""

    RETURNED = "returned", "单位交回", "returned by the unit"
    COLLECTED = "collected", "上门收回", "collected"
    DECLARED_VOID = "declared_void", "公告作废", "declared void"


class Watch(Word):
    """Watch level: a pure function of open signals, checks and rectifications, never stored."""

    CALM = "calm", "平稳", "calm"
    ATTENTION = "attention", "关注", "attention"
    ALERT = "alert", "预警", "alert"
    FROZEN = "frozen", "冻结", "frozen"


class Standing(Word):
    """Where a unit stands with a title."""

    NONE = "none", "未命名", "none"
    RESERVE = "reserve", "储备", "on the reserve list"
    NAMED = "named", "已命名，认定期未始", "named, not yet in force"
    HELD = "held", "命名有效", "held"
    REVOCATION_PROPOSED = "revocation_proposed", "拟取消命名", "revocation proposed"
    REVOKED = "revoked", "已取消命名", "revoked"
    EXPIRED = "expired", "认定期满", "expired"
    ENDED_BY_CLOSING = "ended_by_closing", "因注销终止", "ended by closing"
    PASSED_ON = "passed_on", "已由承继单位承继", "passed on to a successor"
    HANDED_OVER = "handed_over", "已随单位移交外省", "handed over to another province"


class ComparableTitle(Word):
    """What a title is in every province: by the level whose word it is, the first recognition below all of them."""

    NATIONAL = "national", "全国示范", "national model"
    PROVINCIAL = "provincial", "省级", "provincial"
    PREFECTURE = "prefecture", "市级", "prefecture's"
    COUNTY = "county", "县级", "county's"
    SITE = "site", "楼宇街区", "building or block"


class Step(Word):
    """Where an open application stands."""

    NONE = "none", "无在办申报", "no open application"
    EVALUATED_BY_ITSELF = "evaluated_by_itself", "已自评", "self-evaluated"
    ADOPTED = "adopted", "已经职代会通过", "adopted by the congress"
    SEALED = "sealed", "已签署盖章", "sealed"
    APPLIED = "applied", "已申报", "applied"
    ACCEPTED = "accepted", "已受理", "accepted"
    RETURNED = "returned", "退回补正", "returned for correction"
    FORWARDED = "forwarded", "已上报", "forwarded"
    EVALUATED = "evaluated", "已组织评价", "evaluated"
    REVIEWED = "reviewed", "已审核", "reviewed"
    IN_PUBLICITY = "in_publicity", "公示中", "in publicity"
    OBJECTED = "objected", "公示有异议", "objected"
    CLEARED = "cleared", "公示无异议", "cleared"
    NOMINATED = "nominated", "已推荐申报", "nominated"


class ObligationKind(Word):
    """Who owes what by when; each follows from the state of a stream."""

    FOLLOW_UP = "follow_up", "跟踪服务", "follow-up"
    CONTACT = "contact", "确定定点联系人", "assign a designated contact"
    CULTIVATE = "cultivate", "总结培育计划", "conclude the plan of cultivation"
    CORRECTION = "correction", "补正材料", "correct the application"
    HANDLE_APPLICATION = "handle_application", "办理申报", "handle the application"
    COMPLETE_PUBLICITY = "complete_publicity", "结束公示", "complete the publicity"
    ISSUE_PLAQUE = "issue_plaque", "授牌", "issue the plaque"
    VERIFICATION = "verification", "定期核查", "yearly verification"
    ASSESS_SIGNAL = "assess_signal", "核实信号", "assess the signal"
    ORDER_CHECK = "order_check", "下达核查", "order the check"
    CONDUCT_CHECK = "conduct_check", "实施核查", "conduct the check"
    RECTIFY = "rectify", "完成整改", "rectify"
    CONCLUDE_RECTIFICATION = "conclude_rectification", "验收整改", "conclude the rectification"
    PROPOSE_REVOCATION = "propose_revocation", "提出取消命名或说明理由", "propose revocation or state why not"
    MATCH_SIGNAL = "match_signal", "匹配或者作废信号", "match the signal to a unit, or discard it"
    HANDLE_FINDING = "handle_finding", "处置互检问题", "handle a cross-inspection finding"
    STATEMENT = "statement", "陈述申辩", "make a statement"
    NOTIFY_HEARING = "notify_hearing", "告知取消事由", "tell the grounds of the revocation"
    SERVE_NOTICE = "serve_notice", "送达告知书", "serve the notice of the revocation"
    REVOCATION_OPINIONS = "revocation_opinions", "就取消命名发表意见", "opine on the revocation"
    ASK_CONSENT = "ask_consent", "报国家三方", "ask for the nation's consent"
    ANSWER_CONSENT = "answer_consent", "答复报请", "answer the request for consent"
    DECIDE_REVOCATION = "decide_revocation", "决定是否取消命名", "decide on the revocation"
    DECIDE_RECONSIDERATION = "decide_reconsideration", "作出复核决定", "decide on the reconsideration"
    TAKE_UP = "take_up", "提级办理或者指定人员", "take the step up, or lend an officer"
    RECOVER_PLAQUE = "recover_plaque", "收回铭牌", "recover the plaque"
    ANNOUNCE = "announce", "向社会公布", "announce the revocation"
    END_TERM = "end_term", "期满处理", "end or extend the term"
    SECOND_ACT = "second_act", "附议", "second the act"
    RESUME_CLOCK = "resume_clock", "复查中止的计时", "look again at a clock that stands still"
    BODY_MEMBER = "body_member", "配齐成员", "appoint the missing members"
    ROUND_RESULT = "round_result", "公布结果", "publish the result"
    MINUTES = "minutes", "形成会议纪要", "record the minutes of a session"
    DRAW_SHARE = "draw_share", "提交、公开抽查份额或者抽取", "commit to a share of a draw, reveal it, or draw"
    ADMIT_OBJECTION = "admit_objection", "受理、合并或者不予受理异议", "admit, join or set aside the objection"
    RESOLVE_OBJECTION = "resolve_objection", "核查异议", "resolve the objection"
    FILE_PLAN = "file_plan", "报备工作方案", "file the work plan"
    ANSWER_PLAN = "answer_plan", "备案或退回工作方案", "accept or return the work plan"
    FILE_REPORT = "file_report", "报送年度报告", "file the yearly report"
    TRAIN = "train", "完成协调员培训任务", "train the coordinators of the year"
    SUPERVISE_SELF = "supervise_self", "开展自我检查", "supervise itself"
    CLOSE_FINDING = "close_finding", "整改督导问题", "close the finding of a supervision"
    DRAW_SAMPLE = "draw_sample", "抽取市州", "draw the prefectures of the sample"
    SPOT_CHECK = "spot_check", "对抽中的市州开展抽查", "spot-check the prefecture that was drawn"
    ANSWER_LAPSE = "answer_lapse", "核减分值或者说明理由", "deduct for the lapse, or say why not"
    MEET = "meet", "召开会议", "meet"
    COMPLETE_TASK = "complete_task", "完成任务", "complete the task"
    OPEN_STATION = "open_station", "启用站点", "open the station"
    INSPECT_STATION = "inspect_station", "检查站点", "inspect the station"
    CRITICISE = "criticise", "通报多次失职的市州", "criticise a prefecture for its lapses"
    ANSWER_PERSON = "answer_person", "答复个人信息请求", "answer a person about what is held of them"


class PersonRight(Word):
    """What a person may ask of what is held of them (Personal Information Protection Law, 45 and 46)."""

    SEE = "see", "查阅", "see"
    COPY = "copy", "复制", "copy"
    CORRECT = "correct", "更正", "correct"


class AsksFor(Word):
    """Who asks (Personal Information Protection Law, 45 and 49)."""

    SELF = "self", "本人", "the person"
    AGENT = "agent", "受托人", "an agent"
    RELATIVE = "relative", "近亲属", "a near relative"


class NationalDecision(Word):
    """What the nation decides about a unit of a province, by the decision's name (五(五)3, 五(六)1)."""

    NAME = "name", "命名", "naming"
    REFUSE_NAMING = "refuse-naming", "不予命名", "refusal of the naming"
    GIVE_CONSENT = "give-consent", "同意取消命名", "consent to the revocation"
    REFUSE_CONSENT = "refuse-consent", "不同意取消命名", "refusal of consent"
    ORDER_CHECK = "order-check", "下达核查", "order of a check"
    CROSS_INSPECT = "cross-inspect", "交叉互检结果", "finding of a cross-inspection"


class RoundKind(Word):
    """What a round is for (五(六)1)."""

    NAMING = "naming", "命名", "naming"
    RESERVE = "reserve", "储备", "reserve list"
    COMMENDATION = "commendation", "表彰", "commendation"


class RankedBy(Word):
    """By what candidates of a reserve list are ranked (五(六)1)."""

    SELF_EVALUATION = "self_evaluation", "自评得分率", "share of the points of its self-evaluation, in percent"
    TITLES = "titles", "持有称号数", "titles in force"
    COORDINATORS = "coordinators", "持证协调员人数", "certified coordinators"
    FOLLOW_UPS = "follow_ups", "接受跟踪服务次数", "times that it was followed up"
    PLANS_REACHED = "plans_reached", "达标的培育计划数", "plans of cultivation that it reached"


class Recipient(Word):
    """Who is commended or praised (五(六)1)."""

    BODY = "body", "工作机构", "body"
    SOCIAL_ORGANISATION = "social_organisation", "社会组织", "social organisation"
    ENTERPRISE = "enterprise", "企业", "enterprise"
    PARK = "park", "园区", "park"
    TOWNSHIP = "township", "镇街", "township or subdistrict"
    INDIVIDUAL = "individual", "个人", "individual"


class StepOfAward(Word):
    """What a step before an award is."""

    REVIEW = "review", "审核", "review"
    PUBLICITY = "publicity", "公示", "publicity"


class HonourOutcome(Word):
    """What came of a recommendation for an honour (五(六)2)."""

    AWARDED = "awarded", "获评", "awarded"
    NOT_AWARDED = "not_awarded", "未获评", "not awarded"


class SuccessionRole(Word):
    """What another unit is to this one in a merger or split."""

    SUCCESSOR = "successor", "承继单位", "successor"
    PREDECESSOR = "predecessor", "被承继单位", "predecessor"


class BodyKind(Word):
    """Kinds of body (五(一), 五(五)1, 五(五)2)."""

    TRIPARTITE = "tripartite", "三方机构", "tripartite body"
    LEADING_GROUP = "leading_group", "领导小组", "leading group"
    OFFICE = "office", "办公室", "office"
    ASSESSOR = "assessor", "评估机构", "assessor"


class Seat(Word):
    """Seats of a body (五(一)); who has none is a plain member."""

    CHAIR = "chair", "主席（组长）", "chair"
    DEPUTY = "deputy", "副主席（副组长）", "deputy"
    MEMBER = "member", "成员", "member"


class StandardTopic(Word):
    """What a standard of an industry is about (五(四))."""

    EVALUATION = "evaluation", "评价指引", "evaluation guide"
    PAY = "pay", "工资福利标准", "standard of pay and benefits"
    QUOTAS = "quotas", "定员定额标准", "standard of staffing and quotas"
    SAFETY = "safety", "劳动安全标准", "standard of labour safety"


class TrainingKind(Word):
    """Kinds of training for labour-relations coordinators (五(三))."""

    BASIC = "basic", "初次培训", "first training"
    ADVANCED = "advanced", "提升培训", "further training"
    ONLINE = "online", "线上培训", "online training"
    EXCHANGE = "exchange", "交流观摩", "exchange and visits"


class HouseService(Word):
    """What each house does for workers and enterprises (五(七))."""

    ORGANISING = "organising", "组织建设", "building organisations"
    LEGAL_AID = "legal_aid", "法律援助", "legal aid"
    ADVICE = "advice", "政策咨询", "advice on policies"
    BARGAINING_TRAINING = "bargaining_training", "协商培训", "training in bargaining"
    ETHICS_EDUCATION = "ethics_education", "职业道德教育", "education in work ethics"
    LAW_SUPERVISION = "law_supervision", "劳动法律监督", "supervision of labour law"
    DIAGNOSIS = "diagnosis", "诊断服务", "diagnosis"
    GUIDANCE = "guidance", "服务指导", "guidance"
    RESEARCH = "research", "调研", "study"


class Campaign(Word):
    """Ways of making the activity known (六(三))."""

    MONTH = "month", "宣传月", "publicity month"
    COLUMN = "column", "宣传专栏", "column"
    CONTEST = "contest", "业务技能竞赛", "contest of skills"
    TOUR = "tour", "巡回演讲", "tour of talks"
    ESSAYS = "essays", "主题征文", "essays"
    PHOTOS = "photos", "摄影作品征集", "photographs"
    FILM = "film", "专题片", "film"
    BASE = "base", "教育实践基地", "base of education and practice"
    STANDARDS = "standards", "地方标准宣传", "promotion of the provincial standards"
    EXAMPLES = "examples", "先进典型宣传", "promotion of good examples"


class Supervision(Word):
    """Ways of supervising the activity (五(八))."""

    SELF = "self", "自我检查", "self-supervision"
    SPOT = "spot", "上级抽查", "spot check from above"
    JOINT = "joint", "联合督导", "joint supervision"
    SYSTEMIC = "systemic", "系统检查", "systemic supervision"
    GENERAL = "general", "综合检查", "general supervision"
    SPECIAL = "special", "专项检查", "special supervision"


class DocumentKind(Word):
    """What a paper does."""

    NAMING = "naming", "命名文件", "naming"
    CONSENT = "consent", "同意文件", "consent"
    REFUSAL = "refusal", "不同意文件", "refusal"
    APPOINTMENT = "appointment", "任命文件", "appointment"
    MINUTES = "minutes", "会议纪要", "minutes"
    CONTRACT = "contract", "委托合同", "contract"
    REPORT = "report", "报告", "report"
    ORDER = "order", "决定书", "order"
    RULING = "ruling", "裁判文书", "ruling of a court or an arbitration"
    TRANSFER = "transfer", "移交函", "transfer of a unit"
    CLAIM_PROOF = "claim_proof", "证明材料", "proof of a claim"
    OTHER = "other", "其他", "other paper"


class CodeScope(Word):
    """Among what a code is unique."""

    PUBLIC_CODE = "public_code", "公开代码", "public code"
    DOCUMENT_DIGEST = "document_digest", "文件摘要", "digest of a paper"
    PERSON_TAG = "person_tag", "人员标识", "person tag"
    PLAQUE = "plaque", "铭牌编号", "plaque code"
    ROUND = "round", "称号的轮次", "rounds of a title"
    STANDARD = "standard", "标准编号", "number of a standard"


def label(word: str, language: str) -> str:
    """The label of a term in `zh` or `en`; a plain string is its own label."""
    if isinstance(word, Word):
        return word.zh if language == "zh" else word.en
    return word
