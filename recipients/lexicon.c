/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words of distribution lines. Order within a table does not matter: the longest word wins. */
#include "recipients/lexicon.h"

#include <string.h>

static const char *const labels[] = {
    "报", "送", "发", "抄", "呈", "呈报", "呈送", "呈阅", "敬呈", "报送", "报呈", "上报", "送阅", "送达",
    "发送", "分送", "分发", "印送", "印发", "下发", "加发", "增发", "加送", "增送", "另送", "另发", "另报",
    "主送", "主报", "主发", "抄送", "抄报", "抄发", "抄呈", "抄告", "抄致", "发至", "发往", "送至", "报至",
    "报、送", "报、发", "送、发", "报、送、发", "抄报、抄送", "抄报抄送", "报(送)", "抄送(报)", "抄报(送)",
    "传阅", "专送", "专报", "本期送", "本期发送", "本期发", "本期报", "本期报送", "本期呈报", "本期呈送",
    "本期抄送", "本期抄报", "本期加发", "本期增发", "本期加送", "本期增送", "本期发至", "本期分送",
    "本期主送", "本期发放范围", "本期发送范围", "此件发至", "此件发", "此件送", "此件报", "此件抄送",
    "发放范围", "发送范围", "报送范围", "分发范围", "发行范围", "印发范围", "送发范围", "分送范围",
    "发放单位", "发送单位", "分送单位", "主送单位", "抄送单位", "抄报单位", "分发单位", "主送机关",
    "抄送机关", "抄报机关", "发放对象", "发送对象", NULL
};
static const char *const labels_bare[] = {"此件发至", "此件发", "本期发至", "发至", NULL};
static const char *const label_prefixes[] = {
    "本报告", "本简报", "本信息", "本专报", "本月报", "本快报", "本通报", "本动态", "本通知", "本文件", "本文",
    "本刊", "本件", "此文", "此件", "本期", "该件", "同时", "另", "并", "拟", NULL
};
static const char *const other_labels[] = {
    "主题词", "关键词", "责任编辑", "责编", "编辑", "主编", "副主编", "执行主编", "执行编辑", "本期编辑",
    "本期责编", "编审", "审核", "审核人", "初审", "复审", "终审", "审定", "审签", "审阅", "签发", "签发人",
    "分析", "分析人", "预报员", "校对", "校核", "核稿", "核发", "拟稿", "撰稿", "供稿", "撰写", "整理",
    "打字", "打印", "录入", "制作", "制表", "填报人", "统计", "值班", "值班员", "带班领导", "承办", "承办人",
    "主办", "主办单位", "协办", "主管", "主管单位", "编辑出版", "编印", "编印单位", "编发", "出版",
    "编辑单位", "编辑部", "印制", "印刷", "印数", "份数", "印制份数", "印发份数", "电话", "联系电话",
    "咨询电话", "值班电话", "传真", "邮箱", "电子邮箱", "电子信箱", "信箱", "邮编", "地址", "网址", "联系人",
    "附件", "附", "密级", "保密期限", "紧急程度", "报送单位", "报送时间", "报送人", "发布时间", "发布单位",
    "印发时间", "印发日期", "印发单位", "印发机关", "签收", "签收人", "注", "备注", "来源", "E-mail", "Email",
    "email", NULL
};
static const char *const imprints[] = {"印发", "编印", "印制", "编发", "主办", "承办", "编辑", "印", NULL};
static const char *const print_counts[] = {
    "共印", "共印发", "共印制", "共印刷", "共打印", "印发", "印制", "印刷", "打印", "复印", "印数", "印份",
    "份数", "印制份数", "印发份数", "共", "印", "本期共印", "本期印发", "本期印数", NULL
};
static const char *const each_words[] = {
    "各", "各位", "各个", "各级", "各类", "全体", "所有", "全部", NULL
};
static const char *const unspecified_words[] = {
    "有关", "相关", "各有关", "各相关", "其他有关", "其他相关", "其它有关", "其它相关", "部分", "涉及", NULL
};
static const char *const levels[] = {
    "中央", "国家", "全国", "省", "自治区", "市", "自治州", "州", "盟", "地区", "县", "区", "旗", "镇", "乡",
    NULL
};
static const char *const nations[] = {"中央", "国家", "全国", NULL};
static const char *const not_levels[] = {
    "镇江", "镇海", "镇平", "镇远", "镇雄", "镇安", "区块", "区域", "市场", "乡村", "县域", "州城", "旗舰",
    "旗下", "国家电网", "国家能源", "市中区", "市北区", "市南区", NULL
};
static const char *const provinces[] = {
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建",
    "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海",
    "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门", NULL
};
static const char *const territories[] = {
    "省", "自治区", "直辖市", "市", "自治州", "州", "盟", "地区", "行政区", "县", "自治县", "区", "旗",
    "自治旗", "乡", "民族乡", "镇", "苏木", "街道", "街", "街道办", "街道办事处", "办", "村", "社区", "场",
    "农场", "林场", "县级市", "省辖市", "居", "设区市", "地级市", "地级以上市", "市辖区", "园区", "新区",
    "开发区", "高新区", "经开区", "功能区", "景区", "管理区", "集聚区", "产业集聚区", "工业园区", "产业园区",
    "示范区", "保税区", "试验区", "度假区", "特区", "产业园", "工业园", "科技园", "经济开发区",
    "高新技术产业开发区", "经济技术开发区", "物流园区", "旅游区", "自贸区", "合作区", NULL
};
static const char *const not_territories[] = {
    "市场", "区域", "县域", "镇域", "乡村", "村镇", "村民", "街区", "镇江", "办公", "办事", "场所", "城乡",
    "城区", "城市", "都市", "集市", "农村", "社区", "地区", "辖区", "军区", "校区", "灾区", "小区", "区块",
    "广场", "牧场", NULL
};
static const char *const zones[] = {
    "园区", "新区", "开发区", "高新区", "经开区", "功能区", "景区", "管理区", "集聚区", "产业集聚区",
    "工业园区", "产业园区", "示范区", "保税区", "试验区", "度假区", "产业园", "工业园", "科技园",
    "经济开发区", "高新技术产业开发区", "经济技术开发区", "物流园区", "旅游区", "自贸区", "合作区", NULL
};
static const char *const institutions[] = {
    "委", "党委", "党工委", "党组", "党总支", "党支部", "支部", "人大", "人大常委会", "人大常委会办公室",
    "政府", "人民政府", "政协", "政协委员会", "纪委", "纪委监委", "纪工委", "监委", "监察委", "法院",
    "人民法院", "中级人民法院", "检察院", "人民检察院", "公安局", "公安分局", "行政公署", "行署", "管委会",
    "管理委员会", "办事处", "办公室", "办公厅", "工会", "总工会", "妇联", "团委", "共青团", "工商联", "科协",
    "文联", "残联", "武装部", "人武部", "人民武装部", "军分区", "警备区", "政府办公室", "政府办公厅",
    "政府办", "党委办公室", "党政办公室", "党政办", "人大办公室", "政协办公室", "局", NULL
};
static const char *const main_bodies[] = {
    "委", "党委", "人大", "人大常委会", "政府", "人民政府", "政协", "政协委员会", "纪委", "纪委监委", NULL
};
static const char *const own_offices[] = {"办事处", "管委会", "管理委员会", NULL};
static const char *const classes[] = {
    "所", "队", "室", "中心", "处", "科", "股", "部", "委", "办", "局", "厅", "站", "组", "司", "院", "系",
    "会", "社", "馆", "科室", "处室", "部室", "股室", "所室", "部委", "委办", "委办局", "部委办", "部委办局",
    "委厅局", "厅局", "厅委", "科所", "科队", "站所", "所站", "部门", "单位", "机构", "机关", "组织", "团体",
    "人民团体", "社会团体", "群团", "民主党派", "党派", "党组织", "基层党组织", "企业", "事业单位",
    "企事业单位", "公司", "子公司", "分公司", "集团", "集团公司", "总公司", "工厂", "银行", "院校", "学校",
    "中学", "小学", "中小学", "幼儿园", "高校", "高等学校", "高等院校", "大专院校", "学院", "医院", "卫生院",
    "分局", "支局", "支队", "大队", "中队", "总队", "派出所", "司法所", "支部", "党支部", "党总支", "总支",
    "协会", "学会", "商会", "村委会", "居委会", "村民委员会", "居民委员会", "车间", "班组", "项目部", "部队",
    "工会", "办公室", "办事处", "管委会", "领导小组", "小组", "工作组", "专班", "指挥部", "管理中心",
    "服务中心", "基层站所", "二级单位", "二级机构", "媒体", "新闻单位", "指挥中心", "联络处", "代表处",
    "分会", "网点", "支行", "分行", "门店", "工作站", "服务站", "营业部", "科研院所", "院所",
    "社区卫生服务中心", "卫生服务中心", "便民服务中心", "中心校", "储蓄所", NULL
};
static const char *const plurals[] = {
    "单位", "部门", "科室", "处室", "部室", "股室", "部委", "委办局", "部委办局", "人民团体", "社会团体",
    "民主党派", "直属机构", "企事业单位", "事业单位", "所属机构", "下属机构", "派出机构", "基层站所",
    "二级机构", "成员单位", "企业", "高等院校", "高等学校", "高校", "大专院校", "院校", "中小学", "科研院所",
    "部队", NULL
};
static const char *const collectives[] = {
    "四大班子", "四套班子", "四大家", "五大班子", "几大班子", "六大班子", "三省一市", "两院", "公检法",
    "公检法司", "镇办", "两办", "三套班子", "三大班子", "两套班子", "四班子", "五套班子", NULL
};
static const char *const belongings[] = {
    "直属", "下属", "所属", "附属", "属", "省直", "市直", "县直", "区直", "州直", "旗直", "盟直", "镇直",
    "乡直", "厅直", "局直", "省属", "市属", "县属", "区属", "州属", "镇属", "乡属", "厅属", "局属", "院属",
    "部属", "委属", "校属", "公司属", "省级", "市级", "县级", "区级", "州级", "旗级", "镇级", "乡级", "村级",
    "省直管", "市直管", "省管", "市管", "县管", "区管", "州管", "驻省", "驻市", "驻县", "驻区", "驻州",
    "驻地", "驻镇", "中央", "全区", "全市", "全县", "全省", "全州", "全局", "全院", "全校", "全镇", "全厅",
    "其他", "其它", "其", NULL
};
static const char *const belongs_to[] = {"直", "属", "驻", "级", "管", "直管", NULL};
static const char *const modifiers[] = {
    "国有", "机关", "内设", "派出", "派驻", "企事业", "事业", "基层", "工作", "业务", "职能", "成员", "责任",
    "牵头", "配合", "管理", "服务", "双管", "垂直", "直管", "民营", "重点", "规模以上", "大型", "大", "二级",
    "社会", "人民", "群众", "群团", "新闻", "金融", "驻", "民办", "公办", "教研", "年级", "教学", "教辅",
    "科研", NULL
};
static const char *const endings[] = {
    "局", "委", "办", "厅", "部", "处", "科", "室", "股", "司", "署", "院", "会", "队", "所", "站", "组",
    "社", "行", "校", "馆", "台", "园", "厂", "矿", "中心", "政府", "政协", "人大", "党组", "妇联", "残联",
    "文联", "科协", "工商联", "社科联", "侨联", "共青团", "公司", "集团", "银行", "学校", "中学", "小学",
    "大学", "学院", "医院", "机关", "部门", "单位", "机构", "组织", "团体", "企业", "支部", "总支", "班子",
    "专班", "委员会", "管委会", "办公室", "办公厅", "办事处", "党派", "部委", "科室", "处室", "部室",
    "军分区", "警备区", "海关", "高校", "媒体", "党校", "街道", "街道办", "军区", "基地", "服务区", NULL
};
static const char *const level_endings[] = {
    "局", "委", "厅", "署", "院", "会", "支队", "大队", "总队", "政府", "政协", "人大", "妇联", "残联",
    "文联", "科协", "工商联", "社科联", "侨联", "军分区", "警备区", "党校", NULL
};
static const char *const level_bodies[] = {
    "组织部", "宣传部", "统战部", "政法委", "人武部", "政府办", "人大办", "政协办", "纪委办", "府办", "党政办", "督查办", "农办",
    "编办", "外办", "侨办", "台办", "信访办", "文明办", "双拥办", "扶贫办", "防汛办", "防指办", "应急办", "法制办", "人防办",
    "金融办", "国安办", "网信办", "机要局", "政研室", "研究室", "督查室", "供销社", "社科院", "政务服务中心", "行政服务中心",
    "融媒体中心", "疾控中心", "疾病预防控制中心", "公共资源交易中心", "机关事务服务中心", "住房公积金管理中心", NULL
};
static const char *const own_bodies[] = {
    "本", "我", "局", "厅", "院", "校", "公司", "集团", "总队", "支队", "大队", NULL
};
static const char *const head_endings[] = {
    "局", "厅", "委", "委员会", "常委会", "政府", "政协", "人大", "公司", "集团", "院", "部", "司", "大学",
    "学院", "管委会", "总队", "支队", "工会", "法院", "检察院", "总站", "银行", "分行", "妇联", "中心",
    "气象台", "电视台", "电台", "站", "总行", "支行", "研究所", "协会", "学会", "联合会", "署", NULL
};
static const char *const subunit_endings[] = {
    "处", "科", "室", "股", "办", "中心", "站", "所", "队", "部", "组", "政法委", "党校", "研究室", "台",
    "办公厅", "管理司", "综合司", "规划司", "财务司", "人事司", "法规司", NULL
};
static const char *const not_endings[] = {
    "社会", "干部", "内部", "全部", "机会", "城市", "都市", "农村", "乡村", "城区", "小区", NULL
};
static const char *const shared_offices[] = {
    "办公厅", "办公室", "办", "机关", NULL
};
static const char *const archives[] = {
    "存档", "归档", "存查", "备查", "留存", "存档备查", "留存备查", "存卷", "归卷", "自存", "档案室存", "存",
    "留档", "备案存档", NULL
};
static const char *const copy_words[] = {"份", "册", "本", NULL};
static const char *const except_words[] = {
    "不发", "不送", "不含", "不包括", "不抄送", "不报", "免发", NULL
};
static const char *const excepted_words[] = {
    "除外", "不发", "不送", "外", "以外", "之外", "免发", NULL
};
static const char *const includes[] = {"含", "包括", "包含", "并含", NULL};
static const char *const remarks[] = {
    "名单附后", "名单见附件", "名单见后", "附后", "见附件", "排名不分先后", "不另行文", "不另发", "代章",
    "盖章", "内部资料", "注意保存", "通过网络发送", "电子版", "纸质", "此件公开发布", "此件主动公开",
    "此件依申请公开", "此件不公开", "此件删减后公开", "主动公开", "依申请公开", "不予公开", NULL
};
static const char *const sentence_words[] = {
    "请", "认真", "贯彻", "落实", "同上", "如下", "现将", "根据", "按照", "为了", "已经", "阅示", "知照",
    "执行", "参阅", "阅处", "批示", "转发", "另附", "详见", "未定", "待定", "暂缓", "酌情", "若干", "本人",
    NULL
};
static const char *const conjunctions[] = {"和", "与", "及", "以及", "并", "暨", NULL};
static const char *const not_conjunctions[] = {
    "和平", "和谐", "和田", "和林格尔", "和顺", "共和", "平和", "太和", "泰和", "仁和", "永和", "祥和",
    "呼和", "雍和", "与会", "参与", "普及", "涉及", "及时", "并购", "合并", "并轨", "清和", "义和", "中和",
    "德和", "和静", "和硕", NULL
};

static const char *const post_chiefs[] = {
    "书记", "主任", "主席", "局长", "厅长", "处长", "科长", "股长", "部长", "司长", "院长", "校长", "园长",
    "所长", "站长", "队长", "支队长", "大队长", "总队长", "中队长", "组长", "检察长", "秘书长", "会长",
    "理事长", "董事长", "监事长", "行长", "社长", "台长", "馆长", "厂长", "矿长", "庭长", "总指挥", "指挥长",
    "政委", "政治委员", "参谋长", "司令员", "经理", "总经理", "总裁", "专员", "总工程师", "总会计师",
    "总经济师", "主编", "街长", "组织部长", "宣传部长", "统战部长", "人武部长", "武装部长", "政法委书记",
    "纪委书记", "纪检组长", "总工", "总农艺师", "总规划师", NULL
};
static const char *const post_area_chiefs[] = {
    "省长", "市长", "区长", "县长", "乡长", "镇长", "州长", "盟长", "旗长", "村长", NULL
};
static const char *const post_plurals[] = {
    "常委", "委员", "成员", "顾问", "代表", "巡视员", "调研员", "干部", "干部职工", "职工", "工作人员",
    "党员", "首长", "老同志", "监督员", "教师", "教职工", "秘书", "理事", "董事", "县团级", "县处级",
    "地师级", "省军级", "厅局级", "乡科级", "正处级", "副处级", "正科级", "副科级", NULL
};
static const char *const post_answerables[] = {
    "负责同志", "负责人", "联系人", "联络员", "信息员", "一把手", NULL
};
static const char *const post_leaders[] = {
    "领导", "领导同志", "领导干部", "领导成员", "领导班子", "班子成员", "领导班子成员", "正职", "副职", NULL
};
static const char *const post_modifiers[] = {
    "常务", "第一", "正", "主要", "分管", "主管", "党政", "党政主要", "行政", "班子", "领导班子", "包联",
    "联系", "包片", "带班", "离退休", "老", "专职", "兼职", "执行", "名誉", "一级", "二级", "在职", "退休",
    "以上", "及以上", "以下", "县处级", "县团级", "地师级", "厅局级", "地厅级", "省部级", "司局级", "乡科级",
    "乡镇级", "科股级", "省级", "市级", "州级", "县级", "区级", "旗级", "乡级", "镇级", "部级", "厅级",
    "局级", "处级", "科级", "股级", "村级", "校级", "院级", "地级", "市厅级", "副县处级", "在家", "候补",
    "常务副", "第一副", NULL
};
static const char *const party_bodies[] = {
    "党委", "党组", "党工委", "党总支", "党支部", "总支", "支部", NULL
};
static const char *const party_posts[] = {"书记", "委员", "常委", "成员", "秘书", "秘书长", NULL};
static const char *const post_deputies[] = {
    "副", "正副", NULL
};

static const char *const *const tables[LEX_TABLES] = {
    [LEX_LABEL] = labels, [LEX_LABEL_BARE] = labels_bare, [LEX_LABEL_PREFIX] = label_prefixes,
    [LEX_OTHER_LABEL] = other_labels, [LEX_IMPRINT] = imprints, [LEX_PRINT_COUNT] = print_counts,
    [LEX_EACH] = each_words, [LEX_UNSPECIFIED] = unspecified_words, [LEX_LEVEL] = levels,
    [LEX_NATION] = nations, [LEX_NOT_LEVEL] = not_levels, [LEX_PROVINCE] = provinces,
    [LEX_TERRITORY] = territories,
    [LEX_NOT_TERRITORY] = not_territories, [LEX_ZONE] = zones, [LEX_INSTITUTION] = institutions,
    [LEX_MAIN_BODY] = main_bodies, [LEX_OWN_OFFICE] = own_offices, [LEX_CLASS] = classes,
    [LEX_PLURAL] = plurals, [LEX_COLLECTIVE] = collectives, [LEX_BELONGING] = belongings,
    [LEX_BELONGS_TO] = belongs_to, [LEX_MODIFIER] = modifiers,
    [LEX_LEVEL_BODY] = level_bodies, [LEX_OWN_BODY] = own_bodies, [LEX_INCLUDE] = includes,
    [LEX_PARTY_BODY] = party_bodies, [LEX_PARTY_POST] = party_posts,
    [LEX_ENDING] = endings, [LEX_LEVEL_ENDING] = level_endings, [LEX_HEAD_ENDING] = head_endings,
    [LEX_SUBUNIT_ENDING] = subunit_endings, [LEX_NOT_ENDING] = not_endings,
    [LEX_SHARED_OFFICE] = shared_offices, [LEX_ARCHIVE] = archives, [LEX_COPY] = copy_words,
    [LEX_EXCEPT] = except_words,
    [LEX_EXCEPTED] = excepted_words, [LEX_REMARK] = remarks, [LEX_SENTENCE] = sentence_words,
    [LEX_POST_CHIEF] = post_chiefs, [LEX_POST_AREA_CHIEF] = post_area_chiefs,
    [LEX_POST_PLURAL] = post_plurals, [LEX_POST_ANSWERABLE] = post_answerables,
    [LEX_POST_LEADERS] = post_leaders, [LEX_POST_MODIFIER] = post_modifiers,
    [LEX_POST_DEPUTY] = post_deputies, [LEX_CONJUNCTION] = conjunctions,
    [LEX_NOT_CONJUNCTION] = not_conjunctions,
};

/* The words of a table by their first and by their last character, so that a look-up meets only those
 * that could fit. */
#define WORDS_MAX 256
#define BUCKETS 64
/* No word has more bytes. */
#define WORD_MAX 64

typedef struct {
    guint8 length[WORDS_MAX]; /* bytes */
    guint16 next_first[WORDS_MAX], next_last[WORDS_MAX]; /* word number + 1; 0 ends */
    guint16 first[BUCKETS], last[BUCKETS];
} Index;

static Index indexes[LEX_TABLES];

static guint bucket(const char *character)
{
    return (guint)(((guint8)character[0] * 31u + (guint8)character[1] * 7u + (guint8)character[2]) % BUCKETS);
}

/* The last three bytes, which are a whole Han character; words shorter than that are not kept. */
static void index_table(LexTable table)
{
    Index *index = &indexes[table];
    for (guint16 i = 0; tables[table][i] != NULL; i++) {
        const char *word = tables[table][i];
        gsize length = strlen(word);
        g_assert(i < WORDS_MAX && length >= 3 && length <= WORD_MAX);
        guint first = bucket(word), last = bucket(word + length - 3);
        index->length[i] = (guint8)length;
        index->next_first[i] = index->first[first];
        index->next_last[i] = index->last[last];
        index->first[first] = index->last[last] = (guint16)(i + 1);
    }
}

static void index_once(void)
{
    static gsize done = 0;
    if (!g_once_init_enter(&done))
        return;
    for (guint table = 0; table < LEX_TABLES; table++)
        index_table((LexTable)table);
    g_once_init_leave(&done, 1);
}

gsize lexicon_prefix(LexTable table, const char *text, gsize length)
{
    index_once();
    const Index *index = &indexes[table];
    gsize best = 0;
    if (length < 3)
        return 0;
    for (guint i = index->first[bucket(text)]; i > 0; i = index->next_first[i - 1]) {
        gsize n = index->length[i - 1];
        if (n > best && n <= length && memcmp(text, tables[table][i - 1], n) == 0)
            best = n;
    }
    return best;
}

gsize lexicon_suffix(LexTable table, const char *text, gsize length)
{
    index_once();
    const Index *index = &indexes[table];
    gsize best = 0;
    if (length < 3)
        return 0;
    for (guint i = index->last[bucket(text + length - 3)]; i > 0; i = index->next_last[i - 1]) {
        gsize n = index->length[i - 1];
        if (n > best && n <= length && memcmp(text + length - n, tables[table][i - 1], n) == 0)
            best = n;
    }
    return best;
}

gsize lexicon_begins(LexTable table, const char *text)
{
    return lexicon_prefix(table, text, strnlen(text, WORD_MAX));
}

gsize lexicon_ends(LexTable table, const char *text)
{
    return lexicon_suffix(table, text, strlen(text));
}

gboolean lexicon_has(LexTable table, const char *text)
{
    gsize length = strlen(text);
    return length > 0 && lexicon_prefix(table, text, length) == length;
}
