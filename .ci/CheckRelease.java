import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Checks a folder with a release, as {@code mvn deploy -DaltDeploymentRepository=…} writes it. Run in the repository's root:
 *
 * <pre>java .ci/CheckRelease.java FOLDER</pre>
 *
 * <ul>
 *   <li>the BOM names exactly the artifacts of the folder
 *   <li>each POM has what Maven Central wants, and nothing that only the build needs
 *   <li>each jar has its sources, its Javadoc and its SBOM, and each public type is in both of the former
 *   <li>{@code THIRD-PARTY.md} lists exactly the libraries of the SBOMs, with their versions and licences
 * </ul>
 */
public final class CheckRelease {

    private static final String GROUP = "com.scaleoutsystems.edge";
    private static final Path NOTICES = Path.of("THIRD-PARTY.md");
    private static final Pattern TYPE = Pattern.compile("^public (?:[a-z]+ )*(?:class|interface|@interface) ([\\w.$]+)", Pattern.MULTILINE);
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    private final List<String> faults = new ArrayList<>();
    private final Set<String> libraries = new TreeSet<>();

    public static void main(String[] arguments) throws Exception {
        CheckRelease check = new CheckRelease();
        check.run(Path.of(arguments[0]).resolve(GROUP.replace('.', '/')));
        if (!check.faults.isEmpty()) {
            check.faults.forEach(fault -> System.err.println("release: " + fault));
            System.exit(1);
        }
    }

    private void run(Path group) throws Exception {
        List<Path> artifacts = list(group).filter(Files::isDirectory).toList();
        Set<String> published = new TreeSet<>();
        for (Path artifact : artifacts) {
            List<Path> versions = list(artifact).filter(Files::isDirectory).toList();
            if (versions.size() != 1) {
                faults.add(artifact.getFileName() + " has the versions " + versions + "; start with an empty folder");
                continue;
            }
            published.add(artifact.getFileName().toString());
            checkArtifact(versions.get(0), artifact.getFileName().toString());
        }
        Path bom = group.resolve("scaleout-bom");
        Set<String> managed = new TreeSet<>(Set.of("scaleout-bom"));
        if (Files.isDirectory(bom)) {
            Path version = list(bom).filter(Files::isDirectory).findFirst().orElseThrow();
            managed.addAll(texts(xml(one(version, ".pom")), "//dependencyManagement//dependency[groupId='" + GROUP + "']/artifactId"));
        }
        expect(managed.equals(published), "the BOM and the folder differ: " + managed + ", " + published);
        checkNotices();
        System.out.println("checked " + published + " and " + libraries.size() + " libraries");
    }

    private void checkArtifact(Path folder, String name) throws Exception {
        Document pom = xml(one(folder, ".pom"));
        for (String element : List.of(
                "name", "description", "url", "licenses/license/name", "licenses/license/url", "developers/developer/name", "scm/connection", "scm/url")) {
            expect(!texts(pom, "/project/" + element).contains("") && !texts(pom, "/project/" + element).isEmpty(), name + ": no " + element);
        }
        for (String element : List.of("parent", "build", "profiles", "properties", "repositories", "modules", "distributionManagement")) {
            expect(texts(pom, "/project/" + element).isEmpty(), name + ": the POM has " + element);
        }
        expect(texts(pom, "/project/dependencies/dependency[scope='test' or not(version)]").isEmpty(),
                name + ": a dependency is for tests, or has no version");
        expect(!Files.readString(one(folder, ".pom")).contains("${"), name + ": the POM has an unresolved property");
        if (texts(pom, "/project/packaging").contains("pom")) {
            return;
        }
        Path jar = one(folder, name + "-[0-9][0-9.-]*\\.jar");
        Set<String> types = publicTypes(jar);
        expect(!types.isEmpty(), name + ": no public type");
        Set<String> sources = entries(one(folder, "-sources.jar"));
        Set<String> pages = entries(one(folder, "-javadoc.jar"));
        for (String type : types) {
            expect(sources.contains(type.replace('.', '/').replaceAll("\\$.*", "") + ".java"), name + ": no source of " + type);
            if (!type.contains(".internal.")) {
                String page = type.replace('.', '/').replace('$', '.') + ".html";
                // The pages of a jar with a module name are in a folder of that name.
                expect(pages.stream().anyMatch(entry -> entry.endsWith("/" + page) && !entry.contains("/class-use/")), name + ": no Javadoc of " + type);
            }
        }
        expect(entries(jar).contains("META-INF/LICENSE"), name + ": no licence in the jar");
        expect(Arrays.equals(content(jar, "META-INF/" + NOTICES), Files.readAllBytes(NOTICES)), name + ": another " + NOTICES + " in the jar");
        one(folder, "-cyclonedx.json");
        Document sbom = xml(one(folder, "-cyclonedx.xml"));
        NodeList components = nodes(sbom, "/bom/components/component[not(group='" + GROUP + "')]");
        for (int i = 0; i < components.getLength(); i++) {
            Node component = components.item(i);
            String licences = texts(component, "licenses/license/*[self::id or self::name]").stream()
                    .distinct().collect(Collectors.joining(" or "));
            expect(!licences.isEmpty(), name + ": no licence of " + component);
            libraries.add("| `" + text(component, "group") + ":" + text(component, "name") + "` | " + text(component, "version") + " | " + licences + " |");
        }
    }

    private void checkNotices() throws IOException {
        Set<String> listed = Files.readAllLines(NOTICES).stream()
                .filter(line -> line.startsWith("| `")).collect(Collectors.toCollection(TreeSet::new));
        libraries.stream().filter(line -> !listed.contains(line)).forEach(line -> faults.add(NOTICES + " lacks: " + line));
        listed.stream().filter(line -> !libraries.contains(line)).forEach(line -> faults.add(NOTICES + " has, but no artifact needs: " + line));
    }

    /** The public types whose outer types are public, too. */
    private static Set<String> publicTypes(Path jar) throws IOException {
        List<String> names = entries(jar).stream()
                .filter(entry -> entry.endsWith(".class") && !entry.endsWith("-info.class") && !entry.matches(".*\\$\\d.*"))
                .map(entry -> entry.substring(0, entry.length() - ".class".length()).replace('/', '.')).toList();
        Set<String> types = new TreeSet<>();
        StringWriter out = new StringWriter();
        Stream<String> options = Stream.of("-public", "-cp", jar.toString());
        ToolProvider.findFirst("javap").orElseThrow().run(new PrintWriter(out), new PrintWriter(System.err), Stream.concat(options, names.stream()).toArray(String[]::new));
        TYPE.matcher(out.toString()).results().map(found -> found.group(1)).forEach(types::add);
        return types.stream().filter(type -> IntStream.range(0, type.length()).filter(i -> type.charAt(i) == '$')
                .allMatch(i -> types.contains(type.substring(0, i)))).collect(Collectors.toCollection(TreeSet::new));
    }

    private void expect(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    /** The one file whose name ends like this, or is matched as a whole. */
    private static Path one(Path folder, String name) throws IOException {
        List<Path> found = list(folder).filter(file -> file.getFileName().toString().endsWith(name)
                || file.getFileName().toString().matches(name)).toList();
        if (found.size() != 1) {
            throw new IOException("expected one file " + name + " in " + folder + ", found " + found);
        }
        return found.get(0);
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static byte[] content(Path jar, String entry) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry found = zip.getEntry(entry);
            if (found == null) {
                return new byte[0];
            }
            try (InputStream in = zip.getInputStream(found)) {
                return in.readAllBytes();
            }
        }
    }

    private static Document xml(Path file) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static NodeList nodes(Node from, String path) throws XPathExpressionException {
        return (NodeList) XPATH.evaluate(path, from, XPathConstants.NODESET);
    }

    private static List<String> texts(Node from, String path) throws XPathExpressionException {
        NodeList found = nodes(from, path);
        return IntStream.range(0, found.getLength()).mapToObj(i -> found.item(i).getTextContent().strip()).toList();
    }

    private static String text(Node from, String path) throws XPathExpressionException {
        return texts(from, path).get(0);
    }
}
