package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import java.io.IOException;

/** The end of the chain: an item as a line. */
record ItemWriter(Output output, PartWriters.Batch batch) implements Stage {
    @Override
    public int accept(Attributes item) throws IOException {
        LineBuilder line = batch.line();
        int before = line.length();
        try {
            write(item, line);
        } catch (MalformedException e) {
            line.truncate(before);
            throw e;
        }
        batch.lineDone();
        return 1;
    }

    private void write(Attributes item, LineBuilder line) {
        switch (output.format()) {
            case DYNAMODB_JSON -> item.write(line);
            case ION -> item.writeIon(line);
            case CSV -> {
                for (int i = 0; i < output.columns().size(); i++) {
                    if (i > 0) {
                        line.ascii(output.delimiter());
                    }
                    output.columns().get(i).write(item, output.delimiter(), line);
                }
            }
        }
    }
}
