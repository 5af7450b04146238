// Package catalogue lists every check.
package catalogue

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/checks/data"
	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/checks/table"
)

// All returns every check, in the order in which they are shown.
func All() []*checks.Check {
	return []*checks.Check{
		// Connectivity, identity, versions
		server.Connect,
		server.ClockLatency,
		server.Version,
		server.VersionCompatible,
		server.SameInstance,
		server.Role,
		server.Container,
		server.RAC,

		// Privileges
		privilege.ReadPrivilege,
		privilege.LogPrivilege,
		privilege.DictionaryPrivilege,
		privilege.RowPolicy,
		privilege.LockPrivilege,
		privilege.WritePrivilege,
		privilege.SessionPrivilege,
		privilege.HeartbeatPrivilege,
		privilege.DRCViewPrivilege,
		privilege.InnerDRCPrivilege,
		privilege.Definer,

		// MySQL-type source: logging
		binlog.BinlogEnabled,
		binlog.BinlogFormat,
		binlog.BinlogRowImage,
		binlog.BinlogRowValueOptions,
		binlog.BinlogRowMetadata,
		binlog.BinlogRetention,
		binlog.BinlogFilter,
		binlog.BinlogPosition,
		binlog.ServerID,
		binlog.GTIDMode,
		binlog.LogReplicaUpdates,
		binlog.BinlogEncryption,

		// Settings that must agree
		settings.LowerCaseTableNames,
		charset.Charset,
		charset.UTF8MB3,
		settings.TimeZone,
		settings.SQLMode,
		settings.MaxAllowedPacket,
		capacity.Timeouts,
		settings.SessionDefaults,
		object.DestForeignKeyTrigger,
		privilege.TrustFunctionCreators,
		settings.LocalInfile,
		settings.SelectLimit,

		// Capacity
		capacity.ConnectionLimit,
		capacity.DiskSpace,
		capacity.TableCount,
		capacity.UndoRetention,

		// Object inventory and naming
		object.SchemaExist,
		object.TableExist,
		object.TableConflict,
		object.ListLength,
		object.ReverseDatabase,
		object.DuplicateMapping,
		naming.NameLength,
		naming.NameCharacters,
		naming.ReservedWord,
		object.ObjectType,
		object.InvalidObject,
		object.Edition,
		object.OnlineDDL,
		capacity.LongTransaction,

		// Tables
		key.PrimaryKey,
		key.PrimaryKeyType,
		key.UniqueKeyDiff,
		table.StorageEngine,
		table.Partition,
		table.TableLimit,
		key.RowMovement,
		key.KeyDemand,
		table.RowFormat,
		column.ColumnDiff,
		key.ForeignKey,
		expression.CheckConstraint,
		column.AutoIncrement,
		table.TableKind,
		table.TableStorage,
		table.Redefinition,

		// Columns and data
		column.ColumnType,
		column.NumberPrecision,
		column.LOBColumn,
		column.PseudoColumn,
		column.LOBSize,
		expression.GeneratedColumn,
		column.InvisibleColumn,
		expression.ColumnDefault,
		column.ZeroDate,
		data.RowValue,
		column.EnumSet,
		column.EmptyString,
		column.ColumnLength,
		charset.NationalCharset,
		key.IndexType,
		expression.View,
		object.Comment,

		// Oracle source: logging
		redo.Archivelog,
		redo.SupplementalLogMin,
		redo.SupplementalLogKey,
		redo.ForceLogging,
		redo.LogMiner,
		redo.LogMinerTable,
		redo.ArchiveRetention,
		redo.RedoVolume,
		settings.Parameters,
		capacity.Account,

		// OceanBase
		server.TenantMode,
		server.NodeConnect,
		settings.Variables,
		redo.LogService,
		table.Limits,
		table.ColumnCount,
		capacity.Memstore,
	}
}
