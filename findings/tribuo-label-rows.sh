#!/usr/bin/env bash
# One would guess that two Tribuo models of the same labels have their rows in the same order: by name, or at least by what the labels
# are. The order is that of a hash map, in which labels that share a bucket stand as they came: a data set whose first example is a bird
# gives another order than one whose first is a cat. Seen with Tribuo 4.3.2 on Java 17.
#
# Federated averaging adds up rows by their number. Two clients with the same labels, whose files are sorted in another way, average the
# weights of cats with those of birds, and no shape tells. Bring the rows into an order of your own, by getOutputIDInfo(), before a model
# is sent.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat > "$work/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.tribuo</groupId>
      <artifactId>tribuo-classification-sgd</artifactId>
      <version>4.3.2</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/lib"

cat > "$work/Rows.java" <<'JAVA'
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

public class Rows {
    /** The labels of the rows of a model trained on examples of these labels, in this order. */
    static List<String> rows(String... labels) {
        LabelFactory factory = new LabelFactory();
        MutableDataset<Label> data = new MutableDataset<>(new SimpleDataSourceProvenance("animals", factory), factory);
        for (int i = 0; i < 30; i++) {
            String label = labels[i % labels.length];
            data.add(new ArrayExample<>(new Label(label), new String[] {"length"}, new double[] {label.length()}));
        }
        LinearSGDModel model =
                (LinearSGDModel) new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.1), 1, 1).train(data);
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < model.getWeightsCopy().getDimension1Size(); row++) {
            rows.add(model.getOutputIDInfo().getOutput(row).getLabel());
        }
        System.out.println("Tribuo 4.3.2: examples " + List.of(labels) + " give rows " + rows);
        return rows;
    }

    static void check(List<String> rows, String... expected) {
        if (!rows.equals(List.of(expected))) {
            throw new AssertionError("changed: rows " + rows + ", expected " + List.of(expected));
        }
    }

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        check(rows("cat", "dog", "bird"), "bird", "cat", "dog");
        check(rows("bird", "cat", "dog"), "cat", "bird", "dog");
    }
}
JAVA
java -cp "$work/lib/*" "$work/Rows.java"
