// Package catalogue lists every check.
package catalogue

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/checks/oceanbase"
	"github.com/dbprecheck/precheck/checks/oracle"
)

// All gives every check, in the order in which they are shown.
func All() []*checks.Check {
	return []*checks.Check{
		// Connectivity, identity, versions
		common.Connect,
		common.ClockLatency,
		common.Version,
		common.VersionCompatible,
		common.SameInstance,
		common.Role,
		oracle.Container,
		oracle.RAC,

		// Privileges
		common.ReadPrivilege,
		common.LogPrivilege,
		oracle.DictionaryPrivilege,
		mysql.LockPrivilege,
		common.WritePrivilege,
		mysql.SessionPrivilege,
		mysql.Definer,

		// MySQL-type source: logging
		mysql.BinlogEnabled,
		mysql.BinlogFormat,
		mysql.BinlogRowImage,
		mysql.BinlogRowValueOptions,
		mysql.BinlogRowMetadata,
		mysql.BinlogRetention,
		mysql.BinlogFilter,
		mysql.BinlogPosition,
		mysql.ServerID,
		mysql.GTIDMode,
		mysql.LogReplicaUpdates,
		mysql.BinlogEncryption,

		// Settings that must agree
		mysql.LowerCaseTableNames,
		common.Charset,
		mysql.UTF8MB3,
		common.TimeZone,
		mysql.SQLMode,
		mysql.MaxAllowedPacket,
		common.Timeouts,
		mysql.SessionDefaults,
		common.DestForeignKeyTrigger,
		mysql.TrustFunctionCreators,
		mysql.LocalInfile,

		// Capacity
		common.ConnectionLimit,
		common.DiskSpace,
		common.TableCount,
		common.UndoRetention,

		// Object inventory and naming
		common.SchemaExist,
		common.TableExist,
		common.TableConflict,
		common.DuplicateMapping,
		common.NameLength,
		common.NameCharacters,
		common.ReservedWord,
		common.ObjectType,
		oracle.InvalidObject,
		mysql.OnlineDDL,
		common.LongTransaction,

		// Tables
		common.PrimaryKey,
		common.PrimaryKeyType,
		common.UniqueKeyDiff,
		mysql.StorageEngine,
		common.Partition,
		common.TableLimit,
		mysql.KeyDemand,
		mysql.RowFormat,
		common.ColumnDiff,
		common.ForeignKey,
		common.CheckConstraint,
		common.AutoIncrement,
		oracle.TableKind,
		oracle.TableStorage,

		// Columns and data
		common.ColumnType,
		oracle.NumberPrecision,
		common.LOBColumn,
		common.GeneratedColumn,
		common.InvisibleColumn,
		common.ColumnDefault,
		mysql.ZeroDate,
		mysql.EnumSet,
		oracle.EmptyString,
		oracle.ColumnLength,
		oracle.NationalCharset,
		common.IndexType,
		common.View,
		common.Comment,

		// Oracle source: logging
		oracle.Archivelog,
		oracle.SupplementalLogMin,
		oracle.SupplementalLogKey,
		oracle.ForceLogging,
		oracle.LogMiner,
		oracle.ArchiveRetention,
		oracle.RedoVolume,
		oracle.Parameters,
		oracle.Account,

		// OceanBase
		oceanbase.TenantMode,
		oceanbase.Variables,
		oceanbase.LogService,
		oceanbase.Limits,
		oceanbase.Memstore,
	}
}
