"""What ledgers call their columns, in English and Chinese. Pure data.

One line is one rank: a name of an earlier line wins over one of a later, so a column that says
whose ID it holds wins over one that only says "ID". Names are written as `headings` compares
them: lower case, no spaces, no punctuation, nothing in brackets, no currency.
"""

from __future__ import annotations

from types import MappingProxyType

_NAMES = {
    "xaccount_id": """
        xaccountid xaccount partnersid 伙伴侧id 伙伴侧客户id
        partnercustomerid partnerscustomerid partnersidofcustomer
        伙伴侧客户编号 伙伴客户id 伙伴客户编号
        ourcustomerid ourid ourcustomerno ourcustomernumber ourreference 我方客户id 我方客户编号
        externalid externalcustomerid crmid crmcustomerid erpid erpcustomerid 外部客户id 外部id
        internalid internalcustomerid 内部编号 内部客户编号 内部客户号 内部id
    """,
    "customer_id": """
        huaweicustomerid huaweicloudcustomerid vendorcustomerid vendorscustomerid hwcustomerid
        huaweiid huaweicloudid vendorid cloudcustomerid cloudid 华为云客户id 华为客户id 华为云id
        customerid 客户id
        customerno customernumber custid custno customercode clientid
        客户编号 客户号 客户编码 客户代码 客戶編號 客戶id 客戶代碼 客戶代號 客戶號碼
        accountid customeraccountid domainid tenantid 账号id 账户id 帐号id 客户账号id 租户id
        id
    """,
    "account_name": """
        huaweicloudaccount huaweiaccount huaweicloudaccountname 华为云账号 华为账号 华为云账号名
        accountname customeraccountname 账号名 账号名称 客户账号名 帐号名 账户名 账户名称
        customeraccount 客户账号 客户账户
        account 账号 帐号 账户
        loginname login username 登录名 登录账号
    """,
    "company_name": """
        companyname 公司名称 公司全称 企业名称 企业全称 legalname legalentity 实名认证名称
        customername clientname 客户名称 客户全称 customerfullname 客户名
        organisation organization organisationname organizationname entityname
        单位名称 开票名称 发票抬头
        客戶名稱 公司名稱 客戶全稱 公司全稱
        company 公司 企业 单位 抬头
        customer client billto soldto 客户 客戶
        名称 name
    """,
    "email": """
        email emailaddress mail 邮箱 电子邮箱 邮件地址 电子邮件
        contactemail billingemail 联系邮箱 账单邮箱
    """,
    "phone": """
        phone phonenumber telephone telephonenumber mobile mobilephone mobilenumber tel
        电话 电话号码 手机 手机号 手机号码 联系电话
        contactphone contactnumber 联系方式
    """,
    "association": """
        association associationtype 关联类型
        associationmode 关联模式 合作类型 合作模式 cooperationtype
        businessmodel salesmodel 销售模式 业务模式
    """,
    "amount": """
        amount 金额 金額 amountin
        invoiceamount billedamount billingamount billamount amountdue amountbilled
        发票金额 账单金额 开票金额
        receivable receivables 应收 应收金额 应收账款 应付金额 本期应收 应收款 应收余额 本期应收金额
        accountsreceivable amountreceivable 应收账款余额 應收 應收金額 應收帳款 應收餘額
        outstanding outstandingamount amountoutstanding outstandingbalance openamount openbalance
        amountopen amountowed balancedue unpaid unpaidamount openitems
        未收 未收款 未收金额 未收余额 未付金额 欠款 欠款金额 欠费 欠费金额 欠款余额 未结金额
        未清金额
        totalamount amounttotal 总金额 grossamount netamount 含税金额 不含税金额 价税合计
        gross net grosstotal nettotal 含税 含税合计 税价合计
        amountinlocalcurrency localamount localcurrencyamount amountindocumentcurrency
        documentamount transactionamount amountinforeigncurrency
        本币金额 原币金额 本位币金额 外币金额 交易金额 人民币金额
        consumption charges charge cost 消费金额 消费额 费用
        closingbalance endingbalance arbalance closing ending currentbalance
        期末余额 本期余额 期末应收 期末金额
        balance 余额 餘額
        total revenue sales sum value 合计 总计 收入
        betrag saldo montant solde importe valor المبلغ مبلغ 残高 売掛金 금액
    """,
    "currency": """
        currency 币种
        currencycode ccy cur 货币 币别 货币代码 幣別 貨幣
    """,
    "direction": """
        方向 借贷方向 借贷 借贷标志 余额方向 記帳方向 借貸 借貸方向
        drcr crdr debitcredit creditdebit debitorcredit debitcreditindicator dcindicator
        drcrindicator dcflag balancedirection sollhaben
        dc sh
    """,
    "debit": """
        debit debits debitamount amountdebit dr soll 借方 借方金额 借方金額
        借方发生额 本期借方 本期借方发生额 借方發生額
    """,
    "credit": """
        credit credits creditamount amountcredit cr haben 贷方 贷方金额 貸方 貸方金額
        贷方发生额 本期贷方 本期贷方发生额 貸方發生額
    """,
}

FIELDS = tuple(_NAMES)
KEYS = FIELDS[:6]
RANKS = MappingProxyType(
    {
        (field, name): rank
        for field, lines in _NAMES.items()
        for rank, line in enumerate(lines.strip().splitlines())
        for name in line.split()
    }
)
"""``(field, name)`` -> how surely a column of that name holds the field; 0 is surest."""
NAMES = frozenset(name for _, name in RANKS)
