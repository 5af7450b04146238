package datasource

// Partitioning is how a table is divided into partitions.
type Partitioning struct {
	// Method is RANGE, LIST, RANGE COLUMNS, LIST COLUMNS, HASH, KEY, LINEAR HASH or LINEAR KEY; on MariaDB
	// also SYSTEM_TIME.
	Method        string
	Expression    string // an expression, or quoted columns joined by commas; empty: KEY over the primary key
	SubMethod     string // HASH, KEY, LINEAR HASH, LINEAR KEY; empty where there are no subpartitions
	SubExpression string
	Columns       []string // by which it is divided (Oracle)
	SubColumns    []string // by which its partitions are divided (Oracle)
	Interval      string   // partitions are created automatically (Oracle)
	Automatic     bool     // a partition is made for each new value of a LIST (Oracle)
	Partitions    []Partition
}

// Partition is one partition of a table.
type Partition struct {
	Name        string
	Description string // the bound of a RANGE, the values of a LIST; Oracle: DEFAULT or nothing
	Sub         int    // how many subpartitions it has
}

// Count returns the number of subpartitions if there are any, otherwise of partitions.
func (p Partitioning) Count() int {
	n := 0
	for _, part := range p.Partitions {
		n += max(1, part.Sub)
	}
	return n
}

// FactPartitions is how the partitioned tables in scope are partitioned, one row for each.
var FactPartitions = NewFact[TableRows[Partitioning]]("partitions", "partitions of tables")
