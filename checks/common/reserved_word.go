package common

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ReservedWord is RDB_RESERVED_WORD.
var ReservedWord = &checks.Check{
	Type:     "RDB_RESERVED_WORD",
	Page:     checks.ReadPage(pages, "reserved_word.md"),
	Level:    checks.Warn,
	On:       []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runReservedWord,
}

func runReservedWord(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	reserved, remark, err := reservedWords(ctx, p.Dest())
	if err != nil {
		return err
	}
	if remark != "" {
		p.Inform("%s", remark)
	}
	// A name that is reserved on the source, too, has always been quoted.
	quoted, _, err := reservedWords(ctx, p.Source())
	if err != nil {
		return err
	}
	for n := range names {
		if word := strings.ToUpper(n.name); reserved[word] && !quoted[word] {
			p.Report(checks.Finding{Rule: "reserved_word", Level: checks.Warn, Object: n.Object, Args: map[string]string{"kind": kindWords[n.Kind]}})
		}
	}
	return nil
}

// reservedWords gives the words, in upper case, that a server does not take as a name without
// quotes: from the server where it tells them, else from the lists below. A remark says where
// these may not be the server's own.
func reservedWords(ctx context.Context, f *datasource.Facts) (words map[string]bool, remark string, err error) {
	server, err := f.Server(ctx)
	if err != nil {
		return nil, "", err
	}
	keywords, err := f.Keywords(ctx)
	switch {
	case err == nil && keywords.Authoritative:
		return keywords.Words, "", nil
	case server.Flavor == datasource.FlavorOracle && datasource.ClassOf(err) == datasource.ErrPrivilege:
		return wordsFor(oracleWords, server.Version), "the account may not read V$RESERVED_WORDS of " + server.String() + ": names were held against the reserved words of the manual of 11.2", nil
	case err != nil && datasource.ClassOf(err) != datasource.ErrUnsupported:
		return nil, "", err
	case server.Mode == "ORACLE":
		return wordsFor(oracleWords, datasource.Version{}), server.String() + " does not list its reserved words: names were held against those of Oracle", nil
	case server.IsMariaDB():
		if server.Version.AtLeast(12) {
			remark = "the reserved words of MariaDB are known up to 11.8; " + server.String() + " may have others"
		}
		return wordsFor(mariadbWords, server.Version), remark, nil
	case server.IsMySQL():
		return wordsFor(mysqlWords, server.Version), "", nil
	}
	return wordsFor(mysqlWords, datasource.Version{Major: 8}), server.String() + " does not list its reserved words: names were held against those of MySQL 8.0", nil
}

// wordList is words that are reserved from a version on, and before another where until is given.
type wordList struct {
	since []int
	words string
	until []int
}

func wordsFor(lists []wordList, v datasource.Version) map[string]bool {
	words := map[string]bool{}
	for _, list := range lists {
		if v.AtLeast(list.since...) && (list.until == nil || v.Before(list.until...)) {
			for _, word := range strings.Fields(list.words) {
				words[word] = true
			}
		}
	}
	return words
}

// oracleWords are reserved on Oracle (Oracle Database SQL Language Reference 11.2, "Oracle SQL Reserved Words",
// without those that are reserved for attributes alone, and without PRIVILEGES, which later manuals have no more).
var oracleWords = []wordList{{words: `ACCESS ADD ALL ALTER AND ANY AS ASC AUDIT BETWEEN BY CHAR CHECK CLUSTER COLUMN COMMENT COMPRESS CONNECT CREATE CURRENT DATE DECIMAL DEFAULT
DELETE DESC DISTINCT DROP ELSE EXCLUSIVE EXISTS FILE FLOAT FOR FROM GRANT GROUP HAVING IDENTIFIED IMMEDIATE IN INCREMENT INDEX INITIAL INSERT INTEGER INTERSECT INTO IS LEVEL
LIKE LOCK LONG MAXEXTENTS MINUS MLSLABEL MODE MODIFY NOAUDIT NOCOMPRESS NOT NOWAIT NULL NUMBER OF OFFLINE ON ONLINE OPTION OR ORDER PCTFREE PRIOR PUBLIC RAW RENAME RESOURCE
REVOKE ROW ROWID ROWNUM ROWS SELECT SESSION SET SHARE SIZE SMALLINT START SUCCESSFUL SYNONYM SYSDATE TABLE THEN TO TRIGGER UID UNION UNIQUE UPDATE USER VALIDATE VALUES VARCHAR
VARCHAR2 VIEW WHENEVER WHERE WITH`}}

// commonWords are reserved on MySQL 5.6 and later, and on MariaDB 10.2 and later.
const commonWords = `ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION
CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC
DECIMAL DECLARE DEFAULT DELAYED DELETE DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH ELSE ELSEIF ENCLOSED ESCAPED EXISTS EXIT EXPLAIN
FALSE FETCH FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM FULLTEXT GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER
INOUT INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERVAL INTO IS ITERATE JOIN KEY KEYS KILL LEADING LEAVE LEFT LIKE LIMIT LINEAR LINES LOAD
LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP LOW_PRIORITY MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD
MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG NULL NUMERIC ON OPTIMIZE OPTIONALLY OR ORDER OUT OUTER OUTFILE PARTITION PRECISION PRIMARY PROCEDURE PURGE RANGE READ READS
READ_WRITE REAL REFERENCES REGEXP RELEASE RENAME REPEAT REPLACE REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE SCHEMAS SECOND_MICROSECOND
SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL SMALLINT SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING
STRAIGHT_JOIN TABLE TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO TRAILING TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME
UTC_TIMESTAMP VALUES VARBINARY VARCHAR VARCHARACTER VARYING WHEN WHERE WHILE WITH WRITE XOR YEAR_MONTH ZEROFILL`

// mysqlWords are the reserved words of MySQL before 8.0.13, which does not list them itself
// (MySQL Server Version Reference, "Keywords and Reserved Words").
var mysqlWords = []wordList{
	{words: commonWords + ` DATABASE GET IO_AFTER_GTIDS IO_BEFORE_GTIDS MASTER_BIND MASTER_SSL_VERIFY_SERVER_CERT OPTION SCHEMA`},
	{since: []int{5, 7}, words: `GENERATED OPTIMIZER_COSTS STORED VIRTUAL`},
	{since: []int{8}, words: `CUBE CUME_DIST DENSE_RANK EMPTY EXCEPT FIRST_VALUE FUNCTION GROUPING GROUPS JSON_TABLE LAG LAST_VALUE LEAD NTH_VALUE NTILE OF OVER PERCENT_RANK RANK RECURSIVE ROW ROWS ROW_NUMBER SYSTEM WINDOW`},
}

// mariadbWords are the reserved words of MariaDB, which lists its keywords without telling which
// are reserved (MariaDB documentation, "Reserved Words"; every word of the list was tried as a
// name on 10.5, 10.11 and 11.8, and a word that only the older of two releases reserves is taken to be
// given up by the next release after it). Known up to 11.8: 12.0 gave some of them up.
var mariadbWords = []wordList{
	{words: commonWords + ` CURRENT_ROLE DELETE_DOMAIN_ID DO_DOMAIN_IDS IGNORE_DOMAIN_IDS OVER PAGE_CHECKSUM PARSE_VCOL_EXPR RECURSIVE REF_SYSTEM_ID RETURNING ROWS
STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES`},
	{words: `DATABASE SCHEMA`, until: []int{10, 6}},
	{words: `MASTER_SSL_VERIFY_SERVER_CERT`, until: []int{11}},
	{since: []int{10, 3}, words: `EXCEPT INTERSECT`},
	{since: []int{10, 4}, words: `PORTION`},
	{since: []int{10, 6}, words: `OFFSET`},
	{since: []int{10, 7}, words: `ROW_NUMBER`},
	{since: []int{10, 10}, words: `MASTER_DEMOTE_TO_REPLICA MASTER_DEMOTE_TO_SLAVE`},
	{since: []int{11, 3}, words: `SQL_AFTER_GTIDS SQL_BEFORE_GTIDS`}, // MariaDB 11.3 release notes: START SLAVE UNTIL with these
	{since: []int{11, 7}, words: `VECTOR`},
	{since: []int{12, 0}, words: `ST_COLLECT`},
	{since: []int{12, 3}, words: `CONVERSION TO_DATE`},
}
